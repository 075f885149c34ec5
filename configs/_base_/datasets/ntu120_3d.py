# NTU RGB+D 120 with the sensor's 25 joints in metres, as MMAction2
# (ntu120_3d.pkl) and pyskl (ntu120_3danno.pkl) release them. NTU120_SPLIT=xsub
# or xset.
_base_ = './skeleton.py'

layout = 'nturgb+d'
in_channels = 3
num_classes = 120
num_person = 2
clip_len = 64

# A large set.
batch_size = 128
pretrain_batch_size = 256
max_epochs = 110

# MMAction2's own steps and frames.
stgcnpp_pipeline = {{_base_.stgcnpp_ntu_pipeline}}
stgcnpp_test_pipeline = {{_base_.stgcnpp_ntu_test_pipeline}}
stgcnpp_clip_len = 100

facts = dict(layout=layout, num_person=num_person, clip_len=clip_len)
dataset = dict(
    ann_file='{{$NTU120_3D:<NTU120_3D>}}',
    num_classes=num_classes,
    num_coordinates=in_channels,
    **facts,
)
train_dataloader = dict(
    dataset=dict(**dataset, split='{{$NTU120_SPLIT:xsub}}_train')
)
val_dataloader = dict(
    dataset=dict(**dataset, split='{{$NTU120_SPLIT:xsub}}_val')
)
test_dataloader = val_dataloader
# For those who take it without a data set, as inference_skeleton does.
test_pipeline = [
    dict(
        type='SkeletonPipeline',
        facts=facts,
        steps={{_base_.strl_test_pipeline}},
    )
]

# NTU RGB+D 60 with HRNet 2D poses, as MMAction2 (ntu60_2d.pkl) and pyskl
# (ntu60_hrnet.pkl) release them. NTU60_SPLIT=xsub or xview.
_base_ = './skeleton.py'

layout = 'coco'
in_channels = 2
num_classes = 60
num_person = 2
clip_len = 64

# A large set.
batch_size = 128
pretrain_batch_size = 256
max_epochs = 110

# MMAction2's own steps and frames.
stgcnpp_pipeline = {{_base_.stgcnpp_pixel_pipeline}}
stgcnpp_test_pipeline = {{_base_.stgcnpp_pixel_test_pipeline}}
stgcnpp_clip_len = 100

facts = dict(layout=layout, num_person=num_person, clip_len=clip_len)
dataset = dict(
    ann_file='{{$NTU60_2D:<NTU60_2D>}}',
    num_classes=num_classes,
    num_coordinates=in_channels,
    **facts,
)
train_dataloader = dict(
    dataset=dict(**dataset, split='{{$NTU60_SPLIT:xsub}}_train')
)
val_dataloader = dict(
    dataset=dict(**dataset, split='{{$NTU60_SPLIT:xsub}}_val')
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

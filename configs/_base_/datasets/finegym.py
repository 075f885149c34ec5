# FineGym, its 99 classes (Gym99), with HRNet 2D poses of the gymnast, as
# MMAction2 (gym_2d.pkl) and pyskl (gym_hrnet.pkl) release them. The paper
# reports the mean class accuracy: acc/mean1.
_base_ = './skeleton.py'

layout = 'coco'
in_channels = 2
num_classes = 99
num_person = 1
clip_len = 64

# A large set.
batch_size = 128
pretrain_batch_size = 256
max_epochs = 110

# MMAction2's own steps.
stgcnpp_pipeline = {{_base_.stgcnpp_pixel_pipeline}}
stgcnpp_test_pipeline = {{_base_.stgcnpp_pixel_test_pipeline}}

facts = dict(layout=layout, num_person=num_person, clip_len=clip_len)
dataset = dict(
    ann_file='{{$FINEGYM_2D:<FINEGYM_2D>}}',
    num_classes=num_classes,
    num_coordinates=in_channels,
    **facts,
)
train_dataloader = dict(dataset=dict(**dataset, split='train'))
val_dataloader = dict(dataset=dict(**dataset, split='val'))
test_dataloader = val_dataloader
# For those who take it without a data set, as inference_skeleton does.
test_pipeline = [
    dict(
        type='SkeletonPipeline',
        facts=facts,
        steps={{_base_.strl_test_pipeline}},
    )
]

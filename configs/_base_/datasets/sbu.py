# SBU Kinect Interaction: 15 joints in metres, two persons in every clip.
# SBU_FOLD=1 to 5; report the mean of the five.
_base_ = './skeleton.py'

layout = 'sbu15'
in_channels = 3
num_classes = 8
num_person = 2
clip_len = 32

facts = dict(layout=layout, num_person=num_person, clip_len=clip_len)
dataset = dict(
    ann_file='{{$SBU_3D:<SBU_3D>}}',
    num_classes=num_classes,
    num_coordinates=in_channels,
    **facts,
)
train_dataloader = dict(dataset=dict(**dataset, split='train{{$SBU_FOLD:1}}'))
val_dataloader = dict(dataset=dict(**dataset, split='test{{$SBU_FOLD:1}}'))
test_dataloader = val_dataloader
# For those who take it without a data set, as inference_skeleton does.
test_pipeline = [
    dict(
        type='SkeletonPipeline',
        facts=facts,
        steps={{_base_.strl_test_pipeline}},
    )
]

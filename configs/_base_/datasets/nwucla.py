# Northwestern-UCLA Multiview Action 3D: 20 Kinect joints in metres, one
# person; train on cameras 1 and 2, test on camera 3.
_base_ = './skeleton.py'

layout = 'kinect20'
in_channels = 3
num_classes = 10
num_person = 1
clip_len = 32

facts = dict(layout=layout, num_person=num_person, clip_len=clip_len)
dataset = dict(
    ann_file='{{$NWUCLA_3D:<NWUCLA_3D>}}',
    num_classes=num_classes,
    num_coordinates=in_channels,
    **facts,
)
train_dataloader = dict(dataset=dict(**dataset, split='xview_train'))
val_dataloader = dict(dataset=dict(**dataset, split='xview_val'))
test_dataloader = val_dataloader
# For those who take it without a data set, as inference_skeleton does.
test_pipeline = [
    dict(
        type='SkeletonPipeline',
        facts=facts,
        steps={{_base_.strl_test_pipeline}},
    )
]

# JHMDB, 14-class subset: 15 joints in normalised image coordinates, one
# person. JHMDB_SPLIT=1, 2 or 3; report the mean of the three.
_base_ = './skeleton.py'

layout = 'jhmdb15'
in_channels = 2
num_classes = 14
num_person = 1
clip_len = 32

facts = dict(layout=layout, num_person=num_person, clip_len=clip_len)
dataset = dict(
    ann_file='{{$JHMDB_2D:<JHMDB_2D>}}',
    num_classes=num_classes,
    num_coordinates=in_channels,
    **facts,
)
train_dataloader = dict(
    dataset=dict(**dataset, split='train{{$JHMDB_SPLIT:1}}')
)
val_dataloader = dict(dataset=dict(**dataset, split='test{{$JHMDB_SPLIT:1}}'))
test_dataloader = val_dataloader
# For those who take it without a data set, as inference_skeleton does.
test_pipeline = [
    dict(
        type='SkeletonPipeline',
        facts=facts,
        steps={{_base_.strl_test_pipeline}},
    )
]

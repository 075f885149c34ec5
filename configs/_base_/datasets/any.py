# Any file: all that is true of it comes from environment variables, see
# docs/data.md. Numbers stand in quotes within the braces.
_base_ = './skeleton.py'

layout = '{{$SKELETONS_LAYOUT:coco}}'
in_channels = {{'$SKELETONS_IN_CHANNELS:2'}}
num_classes = {{'$SKELETONS_NUM_CLASSES:2'}}
num_person = {{'$SKELETONS_NUM_PERSON:1'}}
clip_len = {{'$SKELETONS_CLIP_LEN:32'}}
up = '{{$SKELETONS_UP:y}}'

facts = dict(layout=layout, num_person=num_person, clip_len=clip_len, up=up)
dataset = dict(
    ann_file='{{$SKELETONS:<SKELETONS>}}',
    num_classes=num_classes,
    num_coordinates=in_channels,
    **facts,
)
train_dataloader = dict(
    dataset=dict(**dataset, split='{{$SKELETONS_TRAIN:train}}')
)
val_dataloader = dict(
    dataset=dict(**dataset, split='{{$SKELETONS_TEST:test}}')
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

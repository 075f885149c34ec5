# The data that the project makes: python tools/make_toy_data.py
_base_ = './skeleton.py'

layout = 'coco'
in_channels = 2
num_classes = 12
num_person = 2
clip_len = 32

# MMAction2's own steps.
stgcnpp_pipeline = {{_base_.stgcnpp_pixel_pipeline}}
stgcnpp_test_pipeline = {{_base_.stgcnpp_pixel_test_pipeline}}

facts = dict(layout=layout, num_person=num_person, clip_len=clip_len)
dataset = dict(
    ann_file='{{$TOY_2D:data/toy.pkl}}',
    num_classes=num_classes,
    num_coordinates=in_channels,
    **facts,
)
train_dataloader = dict(dataset=dict(**dataset, split='train'))
val_dataloader = dict(dataset=dict(**dataset, split='test'))
test_dataloader = val_dataloader
# For those who take it without a data set, as inference_skeleton does.
test_pipeline = [
    dict(
        type='SkeletonPipeline',
        facts=facts,
        steps={{_base_.strl_test_pipeline}},
    )
]

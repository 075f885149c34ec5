_base_ = ['../../../configs/strl_scratch_routine16.py', './_base_/posec3d.py']
# The clips, views, updates and rates of STRL.
model = dict(
    backbone=dict(
        _base_.posec3d,
        _delete_=True,
        layout={{_base_.layout}},
        in_channels={{_base_.in_channels}},
    ),
    cls_head=dict(in_channels={{_base_.posec3d_channels}}),
)

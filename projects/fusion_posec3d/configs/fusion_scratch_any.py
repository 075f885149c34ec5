_base_ = ['../../../configs/strl_scratch_any.py', './_base_/posec3d.py']
posec3d = dict(
    _base_.posec3d,
    layout={{_base_.layout}},
    in_channels={{_base_.in_channels}},
)
model = dict(
    backbone=dict(
        _delete_=True,
        type='LateFusion',
        branches=dict(strl=_base_.model.backbone, posec3d=posec3d),
    ),
    cls_head=dict(in_channels=64 + _base_.posec3d_channels),
)

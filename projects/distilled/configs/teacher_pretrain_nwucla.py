_base_ = [
    '../../../configs/skeletonmae_pretrain_nwucla.py',
    './_base_/teacher.py',
]
model = dict(
    backbone=dict(encoder=dict(embed_dims={{_base_.embed_dims}})),
    neck=dict(in_channels={{_base_.embed_dims}}),
    head=[
        _base_.model.head[0],
        dict(_base_.model.head[1], in_channels=_base_.embed_dims),
    ],
)

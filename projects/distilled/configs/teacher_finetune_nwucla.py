_base_ = ['../../../configs/strl_finetune_nwucla.py', './_base_/teacher.py']
model = dict(
    backbone=dict(encoder=dict(embed_dims={{_base_.embed_dims}})),
    # Labels that are smoothed take away what a teacher knows of the classes
    # that it does not guess (https://arxiv.org/abs/1906.02629).
    cls_head=dict(in_channels={{_base_.embed_dims}}, label_smooth_eps=0.0),
)

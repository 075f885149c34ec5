_base_ = ['../../../configs/strl_scratch_nwucla.py', './_base_/student.py']
model = dict(
    backbone=dict(encoder=dict(embed_dims={{_base_.embed_dims}})),
    cls_head=dict(in_channels={{_base_.embed_dims}}),
)
train_cfg = dict(max_epochs={{_base_.student_epochs}})

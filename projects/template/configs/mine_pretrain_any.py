_base_ = '../../stgcnpp_pretrain/configs/_base_/pretrain_any.py'
custom_imports = dict(imports=['skeletonmae_plugin', 'projects.template.net'])
model = dict(backbone=dict(backbone=dict(backbone=dict(type='MyNetwork'))))

_base_ = '../../../configs/skeletonmae_pretrain_any.py'

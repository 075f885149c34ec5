_base_ = './student_distilled_nwucla.py'
# With label_fraction=0.1 nine tenths of the clips are the teacher's alone.
train_dataloader = dict(dataset=dict(label_fraction=1.0, keep_unlabelled=True))

_base_ = './student_scratch_nwucla.py'
model = dict(
    type='DistilledRecognizer',
    # Several are averaged; the copy of a config in a work_dir serves too.
    teachers=[
        dict(
            config='{{ fileDirname }}/teacher_finetune_nwucla.py',
            checkpoint='{{$STRL_TEACHER:<STRL_TEACHER>}}',
        )
    ],
    distillation=dict(type='DistillationLoss', temperature=4.0),
)

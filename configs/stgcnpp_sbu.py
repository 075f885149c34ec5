_base_ = [
    './_base_/datasets/sbu.py',
    './_base_/models/stgcnpp.py',
    './_base_/schedules/stgcnpp.py',
    './_base_/default_runtime.py',
]
visualizer = dict(layout={{_base_.layout}})
model = dict(
    backbone=dict(
        graph_cfg=dict(
            layout=dict(
                num_node=15,
                inward=[
                    (0, 1),
                    (2, 1),
                    (3, 1),
                    (4, 3),
                    (5, 4),
                    (6, 1),
                    (7, 6),
                    (8, 7),
                    (9, 2),
                    (10, 9),
                    (11, 10),
                    (12, 2),
                    (13, 12),
                    (14, 13),
                ],
                center=1,
            ),
            mode='spatial',
        )
    ),
    cls_head=dict(num_classes={{_base_.num_classes}}),
)
train_dataloader = dict(dataset=dict(pipeline={{_base_.stgcnpp_pipeline}}))
test_pipeline = {{_base_.stgcnpp_test_pipeline}}
val_dataloader = dict(dataset=dict(pipeline=test_pipeline))
test_dataloader = val_dataloader
train_cfg = dict(max_epochs=20)

_base_ = [
    './_base_/datasets/nwucla.py',
    './_base_/models/stgcnpp.py',
    './_base_/schedules/stgcnpp.py',
    './_base_/default_runtime.py',
]
visualizer = dict(layout={{_base_.layout}})
model = dict(
    backbone=dict(
        graph_cfg=dict(
            layout=dict(
                num_node=20,
                inward=[
                    (0, 1),
                    (1, 2),
                    (3, 2),
                    (4, 2),
                    (5, 4),
                    (6, 5),
                    (7, 6),
                    (8, 2),
                    (9, 8),
                    (10, 9),
                    (11, 10),
                    (12, 0),
                    (13, 12),
                    (14, 13),
                    (15, 14),
                    (16, 0),
                    (17, 16),
                    (18, 17),
                    (19, 18),
                ],
                center=2,
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

_base_ = [
    './_base_/datasets/jhmdb.py',
    './_base_/models/stgcnpp.py',
    './_base_/schedules/stgcnpp.py',
    './_base_/default_runtime.py',
]
# The pipeline puts the score beside x and y.
visualizer = dict(layout={{_base_.layout}}, num_coordinates=2, score_channel=2)
model = dict(
    backbone=dict(
        graph_cfg=dict(
            layout=dict(
                num_node=15,
                inward=[
                    (1, 0),
                    (2, 0),
                    (3, 0),
                    (4, 0),
                    (5, 1),
                    (6, 1),
                    (7, 3),
                    (8, 4),
                    (9, 5),
                    (10, 6),
                    (11, 7),
                    (12, 8),
                    (13, 9),
                    (14, 10),
                ],
                center=0,
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

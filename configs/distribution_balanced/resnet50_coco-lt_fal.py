# DB on COCO-MLT in the authors' recipe without their class-aware sampler, which neither MMEngine
# nor MMPretrain has (ClassBalancedDataset repeats images and does not draw classes in turn). 12
# passes make an epoch, as many images as theirs: 1128 x 80 / 4.
_base_ = [
    "../_base_/models/resnet50_mlt.py",
    "../_base_/datasets/coco_mlt.py",
    "../_base_/methods/distribution_balanced.py",
    "../_base_/schedules/db_sgd_step_8e.py",
    "../_base_/default_runtime.py",
]
model = dict(head={{_base_.head}})
train_dataloader = dict(
    dataset=dict(
        setting="FAL",
        dataset=dict(
            _delete_=True,
            type="RepeatDataset",
            times=12,
            dataset={{_base_.train_dataloader.dataset.dataset}},
        ),
    )
)

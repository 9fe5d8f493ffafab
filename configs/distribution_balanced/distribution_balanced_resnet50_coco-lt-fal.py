# DB on COCO-MLT. 12 passes make an epoch, as many images as the authors take: 1128 x 80 / 4.
_base_ = [
    "../_base_/protocols/distribution_balanced.py",
    "../_base_/datasets/coco_mlt.py",
    "../_base_/methods/distribution_balanced.py",
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

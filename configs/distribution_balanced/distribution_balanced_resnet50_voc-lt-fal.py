# DB on VOC-MLT. 3 passes make an epoch, nearly as many images as the authors take: 775 x 20 / 4.
_base_ = [
    "../_base_/protocols/distribution_balanced.py",
    "../_base_/datasets/voc_mlt.py",
    "../_base_/methods/distribution_balanced.py",
]
model = dict(head=dict(num_classes=20, loss=dict(mu=0.3, neg_scale=5, **_base_.head.loss)))
train_dataloader = dict(
    dataset=dict(
        setting="FAL",
        dataset=dict(
            _delete_=True,
            type="RepeatDataset",
            times=3,
            dataset={{_base_.train_dataloader.dataset.dataset}},
        ),
    )
)

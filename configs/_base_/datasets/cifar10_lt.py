# Long-tailed CIFAR-10, the largest class 100 times the smallest, in MMPretrain's recipe for CIFAR.
data_preprocessor = dict(
    num_classes=10, mean=[125.307, 122.961, 113.8575], std=[51.5865, 50.847, 51.255], to_rgb=False
)

train_dataloader = dict(
    batch_size=128,
    num_workers=2,
    persistent_workers=True,
    collate_fn=dict(type="default_collate"),
    sampler=dict(type="mmpartial.ArraySampler", shuffle=True),
    dataset=dict(
        type="mmpartial.PartialLabelDataset",
        seed=0,
        dataset=dict(
            type="mmpartial.LongTailedCIFAR10",
            data_root="data/cifar10/",
            split="train",
            imbalance_factor=100,
            pipeline=[
                dict(type="RandomCrop", crop_size=32, padding=4),
                dict(type="RandomFlip", prob=0.5, direction="horizontal"),
                dict(type="PackInputs"),
            ],
        ),
    ),
)

val_dataloader = dict(
    batch_size=128,
    num_workers=2,
    persistent_workers=True,
    collate_fn=dict(type="default_collate"),
    sampler=dict(type="mmpartial.ArraySampler", shuffle=False),
    dataset=dict(
        type="CIFAR10",
        data_root="data/cifar10/",
        split="test",
        pipeline=[dict(type="PackInputs")],
    ),
)
test_dataloader = val_dataloader

val_evaluator = [dict(type="Accuracy", topk=(1,))]
test_evaluator = val_evaluator

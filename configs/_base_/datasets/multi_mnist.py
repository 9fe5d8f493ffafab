# Pairs of overlapping digits, made from MNIST's four files in data/mnist/, with or without .gz.
data_preprocessor = dict(num_classes=10, mean=[33.46], std=[78.87])

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
            type="mmpartial.MultiMNIST",
            data_root="data/mnist/",
            split="train",
            imbalance_factor=100,
            pipeline=[dict(type="PackInputs")],
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
        type="mmpartial.MultiMNIST",
        data_root="data/mnist/",
        split="test",
        pipeline=[dict(type="PackInputs")],
    ),
)
test_dataloader = val_dataloader

val_evaluator = dict(type="mmpartial.PartialMultiLabelMetric")
test_evaluator = val_evaluator

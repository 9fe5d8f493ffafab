# COCO 2014 as the paper uses it: 448 x 448 without cropping, and only horizontal flips.
data_preprocessor = dict(
    num_classes=80, mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=True
)
data_root = "data/coco/"

train_pipeline = [
    dict(type="LoadImageFromFile"),
    dict(type="Resize", scale=(448, 448)),
    dict(type="RandomFlip", prob=0.5, direction="horizontal"),
    dict(type="PackInputs"),
]
test_pipeline = [
    dict(type="LoadImageFromFile"),
    dict(type="Resize", scale=(448, 448)),
    dict(type="PackInputs"),
]

train_dataloader = dict(
    batch_size=32,
    num_workers=8,
    persistent_workers=True,
    collate_fn=dict(type="default_collate"),
    sampler=dict(type="mmpartial.ArraySampler", shuffle=True),
    dataset=dict(
        type="mmpartial.PartialLabelDataset",
        seed=0,
        dataset=dict(
            type="mmpartial.COCOMultiLabel",
            data_root=data_root,
            ann_file="annotations/instances_train2014.json",
            data_prefix="train2014",
            pipeline=train_pipeline,
        ),
    ),
)

val_dataloader = dict(
    batch_size=32,
    num_workers=8,
    persistent_workers=True,
    collate_fn=dict(type="default_collate"),
    sampler=dict(type="mmpartial.ArraySampler", shuffle=False),
    dataset=dict(
        type="mmpartial.COCOMultiLabel",
        data_root=data_root,
        ann_file="annotations/instances_val2014.json",
        data_prefix="val2014",
        pipeline=test_pipeline,
    ),
)
test_dataloader = val_dataloader

val_evaluator = dict(type="mmpartial.PartialMultiLabelMetric")
test_evaluator = val_evaluator

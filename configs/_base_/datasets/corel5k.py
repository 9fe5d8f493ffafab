# Corel5k (https://doi.org/10.1007/3-540-47979-1_7): photos with up to five keywords, at 64 x 64.
# One JSON file has both splits, see mmpartial/formats/splits.py; images are below its folder. For
# another folder: DATA_ROOT=/my/corel5k python tools/train.py CONFIG. annotations_top.json has the
# 79 keywords of at least 20 training and 5 test images; for all 260, set ann_file and num_classes.
data_preprocessor = dict(
    num_classes=79, mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=True
)
data_root = "{{$DATA_ROOT:data/corel5k/}}"

train_pipeline = [
    dict(type="LoadImageFromFile"),
    dict(type="Resize", scale=(64, 64)),
    dict(type="RandomCrop", crop_size=64, padding=6, padding_mode="reflect"),
    dict(type="RandomFlip", prob=0.5, direction="horizontal"),
    dict(type="PackInputs"),
]
test_pipeline = [
    dict(type="LoadImageFromFile"),
    dict(type="Resize", scale=(64, 64)),
    dict(type="PackInputs"),
]
images = dict(
    type="mmpartial.AnnotatedImages",
    format="splits",
    unlisted="negative",
    data_root=data_root,
    ann_file="annotations_top.json",
)

train_dataloader = dict(
    batch_size=16,
    num_workers=2,
    persistent_workers=True,
    collate_fn=dict(type="default_collate"),
    sampler=dict(type="mmpartial.ArraySampler", shuffle=True),
    dataset=dict(
        type="mmpartial.PartialLabelDataset",
        seed=0,
        dataset=dict(split="train", pipeline=train_pipeline, **images),
    ),
)

val_dataloader = dict(
    batch_size=100,
    num_workers=2,
    persistent_workers=True,
    collate_fn=dict(type="default_collate"),
    sampler=dict(type="mmpartial.ArraySampler", shuffle=False),
    dataset=dict(split="val", pipeline=test_pipeline, **images),
)
test_dataloader = val_dataloader

val_evaluator = dict(type="mmpartial.PartialMultiLabelMetric")
test_evaluator = val_evaluator

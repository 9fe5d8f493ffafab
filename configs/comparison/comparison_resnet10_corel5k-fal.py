# As for the digits, on photos at 46 x 46. tools/benchmarks/shrink.py makes them so beforehand, and
# saves the time of decoding large ones in each run.
_base_ = [
    "../_base_/protocols/resnet10_small.py",
    "../_base_/datasets/corel5k.py",
    "../_base_/methods/partial_imbalance_scratch.py",
]
model = dict(head=dict(num_classes=79, **_base_.head))
train_pipeline = [
    dict(type="LoadImageFromFile"),
    dict(type="Resize", scale=(46, 46)),
    dict(type="RandomCrop", crop_size=40),
    dict(type="RandomFlip", prob=0.5, direction="horizontal"),
    dict(type="PackInputs"),
]
test_pipeline = [
    dict(type="LoadImageFromFile"),
    dict(type="Resize", scale=(46, 46)),
    dict(type="CenterCrop", crop_size=40),
    dict(type="PackInputs"),
]
train_dataloader = dict(
    batch_size=32,
    num_workers=0,
    persistent_workers=False,
    dataset=dict(setting="FAL", dataset=dict(pipeline=train_pipeline)),
)
val_dataloader = dict(num_workers=0, persistent_workers=False, dataset=dict(pipeline=test_pipeline))
test_dataloader = val_dataloader

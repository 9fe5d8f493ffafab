# Corel5k's photos at 128 x 128, mirrored at random, for a pretrained network.
_base_ = "corel5k.py"
train_pipeline = [
    dict(type="LoadImageFromFile"),
    dict(type="Resize", scale=(128, 128)),
    dict(type="RandomFlip", prob=0.5, direction="horizontal"),
    dict(type="PackInputs"),
]
test_pipeline = [
    dict(type="LoadImageFromFile"),
    dict(type="Resize", scale=(128, 128)),
    dict(type="PackInputs"),
]
train_dataloader = dict(batch_size=32, dataset=dict(dataset=dict(pipeline=train_pipeline)))
val_dataloader = dict(dataset=dict(pipeline=test_pipeline))
test_dataloader = val_dataloader

# Activations for Corel5k's photos at 128 x 128 in place of the photos.
_base_ = "corel5k_frozen.py"
pipeline = [
    dict(type="LoadImageFromFile"),
    dict(type="Resize", scale=(128, 128)),
    dict(type="PackInputs"),
]
features = dict(features="work_dirs/features-128/corel5k", dataset=dict(pipeline=pipeline))
train_dataloader = dict(batch_size=32, dataset=dict(dataset=features))
val_dataloader = dict(dataset=features)
test_dataloader = dict(dataset=features)

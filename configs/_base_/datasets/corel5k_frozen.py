# Features of Corel5k's photos at 224 x 224 in place of the photos.
_base_ = "corel5k.py"
data_preprocessor = dict(mean=None, std=None, to_rgb=False)
pipeline = [
    dict(type="LoadImageFromFile"),
    dict(type="Resize", scale=(224, 224)),
    dict(type="PackInputs"),
]
features = dict(
    _delete_=True, type="mmpartial.CachedFeatures", features="work_dirs/features/corel5k"
)
images = dict(pipeline=pipeline, **_base_.images)
loading = dict(num_workers=0, persistent_workers=False)
train_dataloader = dict(
    batch_size=64,
    dataset=dict(
        dataset=dict(
            part="train", random_view=True, dataset=dict(split="train", **images), **features
        )
    ),
    **loading,
)
val_dataloader = dict(
    batch_size=500,
    dataset=dict(part="val", dataset=dict(split="val", **images), **features),
    **loading,
)
test_dataloader = val_dataloader

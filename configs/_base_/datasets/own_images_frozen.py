# Features of your own photos at 224 x 224 in place of the photos, see own_images.py. They are
# stored beside the tables, in features/.
_base_ = "own_images.py"
data_preprocessor = dict(mean=None, std=None, to_rgb=False)
images = dict(pipeline=_base_.test_pipeline, **_base_.images)
features = dict(
    _delete_=True, type="mmpartial.CachedFeatures", features="{{$DATA_ROOT:data/mine}}/features"
)
loading = dict(num_workers=0, persistent_workers=False)
train_dataloader = dict(
    batch_size=16,
    dataset=dict(
        dataset=dict(
            part="train", random_view=True, dataset=dict(ann_file="train.csv", **images), **features
        )
    ),
    **loading,
)
val_dataloader = dict(
    batch_size=500,
    dataset=dict(part="val", dataset=dict(ann_file="val.csv", **images), **features),
    **loading,
)
test_dataloader = val_dataloader

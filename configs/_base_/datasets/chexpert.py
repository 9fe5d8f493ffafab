# CheXpert v1.0, for example its small version, in data/CheXpert-v1.0-small/. Blank and uncertain
# findings of the training split are unknown (blank=... and uncertain=... change that). Radiologists
# labelled the validation split in full, but it has 234 images: mAP leaves out a finding that no
# image shows.
_base_ = "coco.py"
data_preprocessor = dict(num_classes=14)
data_root = "data/CheXpert-v1.0-small/"
pipeline = [
    dict(type="LoadImageFromFile"),
    dict(type="Resize", scale=(320, 320)),
    dict(type="PackInputs"),
]
train_dataloader = dict(
    dataset=dict(
        setting=None,
        dataset=dict(
            _delete_=True,
            type="mmpartial.CheXpert",
            data_root=data_root,
            ann_file="train.csv",
            pipeline=pipeline,
        ),
    ),
)
val_dataloader = dict(
    dataset=dict(
        _delete_=True,
        type="mmpartial.CheXpert",
        data_root=data_root,
        ann_file="valid.csv",
        pipeline=pipeline,
    ),
)
test_dataloader = val_dataloader

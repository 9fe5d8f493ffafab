# VinDr-CXR in data/vindr_cxr/: annotations/image_labels_train.csv and image_labels_test.csv, and
# the images, converted from DICOM to PNG, in train/ and test/. A finding on which the three
# radiologists of a training image differ is unknown (disagreement=... changes that).
_base_ = "coco.py"
data_preprocessor = dict(num_classes=28)
pipeline = [
    dict(type="LoadImageFromFile"),
    dict(type="Resize", scale=(320, 320)),
    dict(type="PackInputs"),
]
images = dict(type="mmpartial.VinDrCXR", data_root="data/vindr_cxr/", pipeline=pipeline)
train_dataloader = dict(
    dataset=dict(
        setting=None,
        dataset=dict(
            _delete_=True,
            ann_file="annotations/image_labels_train.csv",
            data_prefix="train",
            **images,
        ),
    ),
)
val_dataloader = dict(
    dataset=dict(
        _delete_=True, ann_file="annotations/image_labels_test.csv", data_prefix="test", **images
    ),
)
test_dataloader = val_dataloader

# Open Images V6, the 9,605 trainable classes: put the files of the download page's section on
# human-verified image-level labels into data/open_images/, the images (a short edge of 256 is
# enough) into train/ and validation/ there. The cache of the labels is data/open_images/cache/.
# Validation labels are partial too; mAP is over known labels.
_base_ = "coco_miil.py"
data_preprocessor = dict(num_classes=9605)
data_root = "data/open_images/"
image_labels = dict(
    _delete_=True,
    type="mmpartial.OpenImages",
    data_root=data_root,
    class_file="oidv6-classes-trainable.txt",
    description_file="oidv6-class-descriptions.csv",
)
train_pipeline = [
    dict(type="LoadImageFromFile"),
    dict(type="Resize", scale=(224, 224)),
    dict(type="Cutout", shape=112, prob=1.0),
    dict(
        type="RandAugment",
        policies="timm_increasing",
        num_policies=2,
        magnitude_level=9,
        magnitude_std=0.5,
    ),
    dict(type="PackInputs"),
]
test_pipeline = [
    dict(type="LoadImageFromFile"),
    dict(type="Resize", scale=(224, 224)),
    dict(type="PackInputs"),
]
train_dataloader = dict(
    dataset=dict(
        setting=None,
        dataset=dict(
            **image_labels,
            ann_file="oidv6-train-annotations-human-imagelabels.csv",
            data_prefix="train",
            pipeline=train_pipeline,
        ),
    ),
)
val_dataloader = dict(
    dataset=dict(
        **image_labels,
        ann_file="validation-annotations-human-imagelabels.csv",
        data_prefix="validation",
        pipeline=test_pipeline,
    ),
)
test_dataloader = val_dataloader
val_evaluator = dict(type="mmpartial.PartialMultiLabelMetric", protocol="csl_open_images")
test_evaluator = val_evaluator

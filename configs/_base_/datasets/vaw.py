# VAW in data/visual_genome/: put the JSON files of its repository into vaw/, and Visual Genome's
# images into VG_100K/ and VG_100K_2/. A sample is an object. The image is cropped to the object's
# box and a tenth of its size around it. Validation and test labels are partial too; mAP is over
# known labels.
_base_ = "coco.py"
data_preprocessor = dict(num_classes=620)
load = [
    dict(type="LoadImageFromFile"),
    dict(type="mmpartial.CropBox", margin=0.1),
    dict(type="Resize", scale=(224, 224)),
]
objects = dict(
    type="mmpartial.VAW",
    data_root="data/visual_genome/",
    class_file="vaw/attribute_index.json",
)
test_pipeline = [*load, dict(type="PackInputs")]
train_dataloader = dict(
    dataset=dict(
        setting=None,
        dataset=dict(
            _delete_=True,
            ann_file=["vaw/train_part1.json", "vaw/train_part2.json"],
            pipeline=[
                *load,
                dict(type="RandomFlip", prob=0.5, direction="horizontal"),
                dict(type="PackInputs"),
            ],
            **objects,
        ),
    ),
)
val_dataloader = dict(
    dataset=dict(_delete_=True, ann_file="vaw/val.json", pipeline=test_pipeline, **objects)
)
test_dataloader = dict(
    dataset=dict(_delete_=True, ann_file="vaw/test.json", pipeline=test_pipeline, **objects)
)

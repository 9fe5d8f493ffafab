# MIMIC-CXR-JPG in data/mimic_cxr/, with the three tables mimic-cxr-2.0.0-{chexpert,metadata,split}
# .csv.gz and files/, which holds p10/ to p19/. Frontal views; findings that a report does not
# mention, or is not certain of, are unknown (blank=... and uncertain=... change that). Labels of
# the validation split are partial too; mAP is over known labels.
_base_ = "coco.py"
data_preprocessor = dict(num_classes=14)
pipeline = [
    dict(type="LoadImageFromFile"),
    dict(type="Resize", scale=(320, 320)),
    dict(type="PackInputs"),
]
images = dict(
    type="mmpartial.MIMICCXR",
    data_root="data/mimic_cxr/",
    ann_file="mimic-cxr-2.0.0-chexpert.csv.gz",
    view=["PA", "AP"],
    pipeline=pipeline,
)
train_dataloader = dict(
    dataset=dict(setting=None, dataset=dict(_delete_=True, split="train", **images)),
)
val_dataloader = dict(dataset=dict(_delete_=True, split="validate", **images))
test_dataloader = dict(dataset=dict(_delete_=True, split="test", **images))

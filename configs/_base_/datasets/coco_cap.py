# COCO 2014 in the recipe of CAP: flips and squares of 224, and for training half a side cut out and
# RandAugment. The pass that makes pseudo labels takes weak_pipeline. Not here: their cut-outs have
# random colours, and their RandAugment is another package's. We chose its strength here.
_base_ = "coco_miil.py"
weak_pipeline = [
    dict(type="LoadImageFromFile"),
    dict(type="RandomFlip", prob=0.5, direction="horizontal"),
    dict(type="Resize", scale=(224, 224)),
    dict(type="PackInputs"),
]
train_pipeline = [
    *weak_pipeline[:-1],
    dict(type="Cutout", shape=112, prob=1.0),
    *_base_.train_pipeline[-2:],  # RandAugment, PackInputs
]
test_pipeline = [
    dict(type="LoadImageFromFile"),
    dict(type="Resize", scale=(224, 224)),
    dict(type="PackInputs"),
]
train_dataloader = dict(batch_size=64, dataset=dict(dataset=dict(pipeline=train_pipeline)))
val_dataloader = dict(dataset=dict(pipeline=test_pipeline))
test_dataloader = val_dataloader

# COCO 2014 in the recipe of ASL, CSL, Hill and SPLC: squares of 448, half a side cut out,
# RandAugment, pixels only scaled to [0, 1]. Not here: their cut-outs have random colours, and their
# RandAugment is another package's. Its strength here is that of MMPretrain's Swin.
_base_ = "coco.py"
data_preprocessor = dict(mean=[0.0, 0.0, 0.0], std=[255.0, 255.0, 255.0])
train_pipeline = [
    dict(type="LoadImageFromFile"),
    dict(type="Resize", scale=(448, 448)),
    dict(type="Cutout", shape=224, prob=1.0),
    dict(
        type="RandAugment",
        policies="timm_increasing",
        num_policies=2,
        magnitude_level=9,
        magnitude_std=0.5,
    ),
    dict(type="PackInputs"),
]
train_dataloader = dict(batch_size=128, dataset=dict(dataset=dict(pipeline=train_pipeline)))

# COCO-MLT in DB's recipe, https://arxiv.org/abs/2007.09654. Put the list of its 1,909 images, with
# an id on each line, at data/coco/longtail2017/img_id.txt (the authors have it as a pickle). Not
# here: the authors add to the brightness, and skip each distortion half the time. The test leaves
# out images without annotations.
_base_ = "coco_plt.py"
train_pipeline = [
    dict(type="LoadImageFromFile"),
    dict(type="NumpyToPIL", to_rgb=True),
    dict(
        type="torchvision/ColorJitter",  # MMPretrain's own fails with NumPy 2 on the hue
        brightness=32 / 255,
        contrast=0.5,
        saturation=0.5,
        hue=18 / 360,
    ),
    dict(type="PILToNumpy", to_bgr=True),
    dict(type="Resize", scale=(280, 280)),  # of which 224 are four fifths
    dict(
        type="RandomResizedCrop",
        scale=224,
        crop_ratio_range=(0.64, 1.0),
        aspect_ratio_range=(0.8, 1.25),
    ),
    dict(type="RandomFlip", prob=0.5, direction="horizontal"),
    dict(type="PackInputs"),
]
test_pipeline = [
    dict(type="LoadImageFromFile"),
    dict(type="Resize", scale=(224, 224)),
    dict(type="PackInputs"),
]
train_dataloader = dict(dataset=dict(dataset=dict(pipeline=train_pipeline)))
val_dataloader = dict(dataset=dict(pipeline=test_pipeline))
test_dataloader = val_dataloader

# PLT-COCO in COMIC's recipe, https://arxiv.org/abs/2304.10539. Put the list of its 1,909 images,
# which is dataset/coco/longtail2017/img_id.txt in the authors' repository, at
# data/coco/longtail2017/img_id.txt. Not here: their training does not shuffle. The test leaves out
# images without annotations.
_base_ = "coco.py"
train_pipeline = [
    dict(type="LoadImageFromFile"),
    dict(type="RandomResizedCrop", scale=224),
    dict(type="RandomFlip", prob=0.5, direction="horizontal"),
    dict(type="PackInputs"),
]
test_pipeline = [
    dict(type="LoadImageFromFile"),
    dict(type="ResizeEdge", scale=256, edge="short"),
    dict(type="CenterCrop", crop_size=224),
    dict(type="PackInputs"),
]
train_dataloader = dict(
    dataset=dict(
        dataset=dict(
            ann_file="annotations/instances_train2017.json",
            data_prefix="train2017",
            image_list="longtail2017/img_id.txt",
            pipeline=train_pipeline,
        ),
    ),
)
val_dataloader = dict(
    dataset=dict(
        ann_file="annotations/instances_val2017.json",
        data_prefix="val2017",
        pipeline=test_pipeline,
    ),
)
test_dataloader = val_dataloader

# LVIS v1, whose images are those of COCO 2017: put lvis_v1_train.json and lvis_v1_val.json into
# data/coco/annotations/, beside data/coco/train2017/ and data/coco/val2017/ (some images of the
# validation split are in train2017). Validation labels are partial too; mAP is over known labels.
_base_ = "coco.py"
data_preprocessor = dict(num_classes=1203)
train_dataloader = dict(
    dataset=dict(
        setting=None,
        dataset=dict(
            type="mmpartial.LVIS", ann_file="annotations/lvis_v1_train.json", data_prefix=""
        ),
    ),
)
val_dataloader = dict(
    dataset=dict(type="mmpartial.LVIS", ann_file="annotations/lvis_v1_val.json", data_prefix=""),
)
test_dataloader = val_dataloader

# VOC 2012 as https://arxiv.org/abs/2106.09708 uses it: trained on train, tested on val, images as
# in coco.py, and objects marked difficult are absent. Unpack VOCtrainval_11-May-2012.tar in data/.
_base_ = "coco.py"
data_preprocessor = dict(num_classes=20)
voc = dict(type="mmpartial.VOCMultiLabel", data_root="data/VOCdevkit/VOC2012")
train_dataloader = dict(
    dataset=dict(
        dataset=dict(_delete_=True, split="train", pipeline={{_base_.train_pipeline}}, **voc)
    ),
)
val_dataloader = dict(
    dataset=dict(_delete_=True, split="val", pipeline={{_base_.test_pipeline}}, **voc)
)
test_dataloader = val_dataloader

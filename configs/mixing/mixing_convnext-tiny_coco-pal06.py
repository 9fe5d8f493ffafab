# MMPretrain's ConvNeXt-T. Its Mixup and CutMix go: they would blend unknown labels.
_base_ = [
    "mmpretrain::_base_/models/convnext/convnext-tiny.py",
    "../_base_/protocols/coco-pal06.py",
    "../_base_/methods/partial_imbalance_finetuned.py",
]
model = dict(
    backbone=dict(
        init_cfg=dict(
            type="Pretrained",
            checkpoint="https://download.openmmlab.com/mmclassification/v0/convnext/convnext-tiny_32xb128_in1k_20221207-998cf3e9.pth",
            prefix="backbone",
        )
    ),
    train_cfg=None,
    head=dict(
        _delete_=True,
        type="mmpartial.QSamplingHead",
        num_classes=80,
        in_channels=768,
        loss={{_base_.head.loss}},
    ),
)

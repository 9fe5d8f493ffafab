# ResNet-101 with class-specific residual attention: another multi-label head of MMPretrain.
_base_ = [
    "mmpretrain::_base_/models/resnet101.py",
    "../_base_/protocols/coco-pal06.py",
    "../_base_/methods/partial_imbalance_finetuned.py",
]
model = dict(
    backbone=dict(
        init_cfg=dict(
            type="Pretrained",
            checkpoint="https://download.openmmlab.com/mmclassification/v0/resnet/"
            "resnet101_8xb32_in1k_20210831-539c63f8.pth",
            prefix="backbone",
        )
    ),
    neck=None,
    head=dict(
        _delete_=True,
        type="mmpartial.QSamplingCSRAHead",
        num_classes=80,
        in_channels=2048,
        num_heads=1,
        lam=0.1,
        loss={{_base_.head.loss}},
    ),
)

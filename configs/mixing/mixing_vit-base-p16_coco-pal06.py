# MMPretrain's ViT-B/16, whose class token the head reads.
_base_ = [
    "mmpretrain::_base_/models/vit-base-p16.py",
    "../_base_/protocols/coco-pal06.py",
    "../_base_/methods/partial_imbalance_finetuned.py",
]
model = dict(
    backbone=dict(
        init_cfg=dict(
            _delete_=True,
            type="Pretrained",
            checkpoint="https://download.openmmlab.com/mmclassification/v0/vit/vit-base-p16_pt-32xb128-mae_in1k_20220623-4c544545.pth",
            prefix="backbone",
        )
    ),
    head=dict(
        _delete_=True,
        type="mmpartial.QSamplingHead",
        num_classes=80,
        in_channels=768,
        loss={{_base_.head.loss}},
    ),
)

# MMPretrain's Swin-T. Its Mixup and CutMix go: they would blend unknown labels.
_base_ = [
    "mmpretrain::_base_/models/swin_transformer/tiny_224.py",
    "../_base_/protocols/coco-pal06.py",
    "../_base_/methods/partial_imbalance_finetuned.py",
]
model = dict(
    backbone=dict(
        init_cfg=dict(
            type="Pretrained",
            checkpoint="https://download.openmmlab.com/mmclassification/v0/swin-transformer/swin_tiny_224_b16x64_300e_imagenet_20210616_090925-66df6be6.pth",
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

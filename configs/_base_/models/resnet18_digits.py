# A narrow ResNet-18 without its last stage for 40 x 40 images, from scratch. Generalized-mean
# pooling suits several small objects in one image. torch's own initialization (no init_cfg) has
# smaller weights than MMPretrain's, which under batch norm and Adam learn much faster here.
model = dict(
    type="ImageClassifier",
    backbone=dict(
        type="ResNet_CIFAR",
        depth=18,
        stem_channels=16,
        base_channels=16,
        num_stages=3,
        strides=(2, 2, 1),
        dilations=(1, 1, 1),
        out_indices=(2,),
        zero_init_residual=False,
        init_cfg=[],
    ),
    neck=dict(type="GeneralizedMeanPooling", p=3.0, p_trainable=False),
    head=dict(type="mmpartial.QSamplingHead", num_classes=40, in_channels=64, init_cfg=None),
)

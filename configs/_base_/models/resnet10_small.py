# A narrow ResNet-10 of three stages for photos of 40 x 40, from scratch. As for digits,
# generalized-mean pooling and torch's own initialization.
model = dict(
    type="ImageClassifier",
    backbone=dict(
        type="mmpartial.ResNet10",
        stem_channels=16,
        base_channels=32,
        num_stages=3,
        strides=(2, 2, 2),
        dilations=(1, 1, 1),
        out_indices=(2,),
        zero_init_residual=False,
        init_cfg=[],
    ),
    neck=dict(type="GeneralizedMeanPooling", p=3.0, p_trainable=False),
    head=dict(type="mmpartial.QSamplingHead", num_classes=40, in_channels=128, init_cfg=None),
)

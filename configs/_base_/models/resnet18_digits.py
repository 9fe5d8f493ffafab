# A ResNet-18 of half the usual width for 48 x 48 images, from scratch.
model = dict(
    type='ImageClassifier',
    backbone=dict(
        type='ResNet',
        depth=18,
        stem_channels=32,
        base_channels=32,
        num_stages=4,
        out_indices=(3, ),
        strides=(1, 2, 2, 1)),
    neck=dict(type='GlobalAveragePooling'),
    head=dict(type='mmpartial.QSamplingHead', num_classes=40, in_channels=256))

# A narrow ResNet-18 without its last stage for 40 x 40 images, from scratch. Generalized-mean
# pooling suits several small objects in one image.
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
    ),
    neck=dict(type="GeneralizedMeanPooling", p=3.0),
    head=dict(type="mmpartial.QSamplingHead", num_classes=40, in_channels=64),
)

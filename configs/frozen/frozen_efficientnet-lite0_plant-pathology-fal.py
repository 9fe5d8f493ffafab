# train.py computes the features first, or python tools/cache_features.py with this config.
_base_ = [
    "../_base_/protocols/linear_efficientnet-lite0.py",
    "../_base_/datasets/plant_pathology_frozen.py",
    "../_base_/methods/partial_imbalance.py",
]
model = dict(head=dict(num_classes=6, **_base_.head))
train_dataloader = dict(dataset=dict(setting="FAL"))

# Your own photos, a part of which has labels: train.csv and val.csv name photos in images/, and
# photos without labels are in unlabelled/. train.py computes the features of new photos first.
_base_ = [
    "../_base_/protocols/linear_efficientnet-lite0.py",
    "../_base_/datasets/own_images_frozen_semi.py",
    "../_base_/methods/partial_imbalance.py",
]
model = dict(head=dict(num_classes=3, **_base_.head))
train_dataloader = dict(dataset=dict(setting=None))
# A warm-up of 20 steps, and then a cosine to the end of the training, whatever max_epochs is.
param_scheduler = [
    dict(type="LinearLR", start_factor=0.04, by_epoch=False, end=20),
    dict(type="CosineAnnealingLR", convert_to_iter_based=True),
]
default_hooks = dict(calibration=dict(type="mmpartial.CalibrationHook"))

# Your own photos and labels, see the README. train.py computes the features of new photos first. If
# photos change and keep their names, remove the folder of features.
_base_ = [
    "../_base_/protocols/linear_efficientnet-lite0.py",
    "../_base_/datasets/own_images_frozen.py",
    "../_base_/methods/partial_imbalance.py",
]
model = dict(head=dict(num_classes=3, **_base_.head))
train_dataloader = dict(dataset=dict(setting=None))
param_scheduler = dict(total_steps=None)  # that of the training, whatever max_epochs is
default_hooks = dict(calibration=dict(type="mmpartial.CalibrationHook"))

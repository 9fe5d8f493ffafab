# Your own images and labels, see the README. A leaf of yours says how many classes you have.
_base_ = [
    "_base_/protocols/resnet18_small.py",
    "_base_/datasets/own_images.py",
    "_base_/methods/partial_imbalance_scratch.py",
]
model = dict(head=dict(num_classes=3, **_base_.head))
train_dataloader = dict(dataset=dict(setting=None))
default_hooks = dict(calibration=dict(type="mmpartial.CalibrationHook"))

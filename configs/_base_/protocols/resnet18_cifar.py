# MMPretrain's recipe for CIFAR; a leaf adds data and method.
_base_ = [
    "../models/resnet18_cifar.py",
    "mmpretrain::_base_/schedules/cifar10_bs128.py",
    "../default_runtime.py",
]

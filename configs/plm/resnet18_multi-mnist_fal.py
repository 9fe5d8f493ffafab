# PLM on MultiMNIST with imbalanced classes. Their code is not public: images, class sizes, network
# and recipe are ours, as in resnet18_cifar10-lt_fal.py.
_base_ = [
    "../_base_/models/resnet18_cifar.py",
    "../_base_/datasets/multi_mnist.py",
    "../_base_/methods/plm.py",
    "mmpretrain::_base_/schedules/cifar10_bs128.py",
    "../_base_/default_runtime.py",
]
model = dict(backbone=dict(in_channels=1), head={{_base_.head}})
train_dataloader = dict(dataset=dict(setting="FAL"))

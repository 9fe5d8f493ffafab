# PLM on long-tailed CIFAR-100, as resnet18_cifar10-lt_fal.py otherwise.
_base_ = [
    "../_base_/models/resnet18_cifar.py",
    "../_base_/datasets/cifar100_lt.py",
    "../_base_/methods/plm.py",
    "mmpretrain::_base_/schedules/cifar10_bs128.py",
    "../_base_/default_runtime.py",
]
model = dict(head=dict(**_base_.head, num_classes=100))
train_dataloader = dict(dataset=dict(setting="FAL"))
default_hooks = dict(checkpoint=dict(save_best="accuracy/top1"))

# PLM on long-tailed CIFAR-100, as plm_resnet18_cifar10-lt-fal.py otherwise.
_base_ = [
    "../_base_/protocols/resnet18_cifar.py",
    "../_base_/datasets/cifar100_lt.py",
    "../_base_/methods/plm.py",
]
model = dict(head=dict(**_base_.head, num_classes=100))
train_dataloader = dict(dataset=dict(setting="FAL"))
default_hooks = dict(checkpoint=dict(save_best="accuracy/top1"))

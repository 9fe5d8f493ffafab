# PLM one against the rest on long-tailed CIFAR-10, scored by the likeliest class. ResNet-18 stands
# in for their ResNet-32, which MMPretrain does not have; the recipe is MMPretrain's for CIFAR, not
# theirs, whose code is not public.
_base_ = [
    "../_base_/protocols/resnet18_cifar.py",
    "../_base_/datasets/cifar10_lt.py",
    "../_base_/methods/plm.py",
]
model = dict(head={{_base_.head}})
train_dataloader = dict(dataset=dict(setting="FAL"))
default_hooks = dict(checkpoint=dict(save_best="accuracy/top1"))

# PLM on MultiMNIST with imbalanced classes. Their code is not public: images, class sizes, network
# and recipe are ours, as in plm_resnet18_cifar10-lt-fal.py.
_base_ = [
    "../_base_/protocols/resnet18_cifar.py",
    "../_base_/datasets/multi_mnist.py",
    "../_base_/methods/plm.py",
]
model = dict(backbone=dict(in_channels=1), head={{_base_.head}})
train_dataloader = dict(dataset=dict(setting="FAL"))

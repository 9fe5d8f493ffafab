# MMPretrain's ResNet-18 for 32 x 32 images, from scratch.
_base_ = "mmpretrain::_base_/models/resnet18_cifar.py"
model = dict(
    head=dict(_delete_=True, type="mmpartial.QSamplingHead", num_classes=10, in_channels=512)
)

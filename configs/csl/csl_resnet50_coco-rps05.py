# CSL in the authors' recipe and with their gammas. Train csl-prior_resnet50_coco-rps05.py first.
# ResNet-50 stands in for their TResNet-M, pretrained on ImageNet-21k, which MMPretrain does not
# have.
_base_ = ["../_base_/protocols/csl.py", "../_base_/methods/csl.py"]
prior = "work_dirs/csl-prior_resnet50_coco-rps05/class_prior.json"
model = dict(head=dict(loss=dict(_base_.head.loss, prior=prior)))
custom_hooks = [*_base_.custom_hooks, _base_.ema]

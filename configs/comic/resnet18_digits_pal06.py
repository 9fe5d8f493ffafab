# COMIC whole: three networks, whose images are scored by the balanced one.
_base_ = [
    "../_base_/models/resnet18_digits.py",
    "../_base_/datasets/digits.py",
    "../_base_/methods/comic.py",
    "../_base_/schedules/adam_onecycle_22e.py",
    "../_base_/default_runtime.py",
]
model = dict(
    type="mmpartial.COMICClassifier",
    head={{_base_.head}},
    corrector=dict(type="mmpartial.ReflectiveLabelCorrectorLoss"),
    corrector_weight=0.2,
    balancer_weight=0.5,
)
train_dataloader = dict(dataset=dict(setting="PAL", ratio=0.6))

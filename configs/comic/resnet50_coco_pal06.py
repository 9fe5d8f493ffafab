# COMIC whole: three networks, whose images are scored by the balanced one.
_base_ = [
    "../_base_/models/resnet50.py",
    "../_base_/datasets/coco.py",
    "../_base_/methods/comic.py",
    "../_base_/schedules/adam_cosine_20e.py",
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

# COMIC whole: three networks, whose images are scored by the balanced one.
_base_ = [
    "../_base_/models/resnet18_digits.py",
    "../_base_/datasets/digits.py",
    "../_base_/methods/comic.py",
    "../_base_/schedules/adam_onecycle_22e.py",
    "../_base_/default_runtime.py",
]
model = dict(**_base_.classifier, head={{_base_.head}})
train_dataloader = dict(dataset=dict(setting="PAL", ratio=0.6))

# CAP in the authors' recipe: 5 % of the images have labels, and the pass that makes pseudo labels
# sees images that are only flipped.
_base_ = [
    "../_base_/models/resnet50.py",
    "../_base_/datasets/coco_cap.py",
    "../_base_/schedules/cap_adamw_onecycle_40e.py",
    "../_base_/default_runtime.py",
    "../_base_/methods/cap.py",
]
model = dict(head={{_base_.head}})
train_dataloader = dict(dataset=dict(setting="SSL", ratio=0.05))
custom_hooks = [
    dict(_base_.custom_hooks[0], pipeline=_base_.weak_pipeline),
    _base_.custom_hooks[1],
]

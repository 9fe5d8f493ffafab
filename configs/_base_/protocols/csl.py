# The recipe of CSL on COCO with half of the labels dropped.
_base_ = [
    "../models/resnet50.py",
    "../datasets/coco_miil.py",
    "../schedules/csl_adam_onecycle_30e.py",
    "../default_runtime.py",
]
train_dataloader = dict(batch_size=64, dataset=dict(setting="RPS", drop=0.5))

# The temporary model of resnet50_coco_rps05.py, in the same recipe; the priors are those of the raw
# weights, so that none are averaged.
_base_ = [
    "../_base_/models/resnet50.py",
    "../_base_/datasets/coco_miil.py",
    "../_base_/methods/class_prior.py",
    "../_base_/schedules/csl_adam_onecycle_30e.py",
    "../_base_/default_runtime.py",
]
model = dict(head={{_base_.head}})
train_dataloader = dict(batch_size=64, dataset=dict(setting="RPS", drop=0.5))

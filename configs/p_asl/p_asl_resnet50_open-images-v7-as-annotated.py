# P-ASL needs no table of 9 million images x 9,605 classes.
_base_ = [
    "../_base_/models/resnet50.py",
    "../_base_/datasets/open_images_v7.py",
    "../_base_/methods/p_asl.py",
    "../_base_/schedules/csl_adam_onecycle_30e.py",
    "../_base_/default_runtime.py",
]
model = dict(head=dict(**_base_.head, num_classes=9605))

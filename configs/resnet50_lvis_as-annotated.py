# The default method on the labels of LVIS as they are. The best checkpoint is that of the best F1,
# for _base_/datasets/lvis.py says why there is no mAP.
_base_ = [
    "_base_/models/resnet50.py",
    "_base_/datasets/lvis.py",
    "_base_/methods/partial_imbalance.py",
    "_base_/schedules/adam_cosine_20e.py",
    "_base_/default_runtime.py",
]
model = dict(head=dict(**_base_.head, num_classes=1203))
default_hooks = dict(checkpoint=dict(save_best="multi-label/f1-score"))

# The default method on the labels of LVIS as they are.
_base_ = [
    "_base_/models/resnet50.py",
    "_base_/datasets/lvis.py",
    "_base_/methods/partial_imbalance.py",
    "_base_/schedules/adam_cosine_20e.py",
    "_base_/default_runtime.py",
]
model = dict(head=dict(**_base_.head, num_classes=1203))

# The default method on the labels of LVIS as they are.
_base_ = [
    "_base_/protocols/resnet50.py",
    "_base_/datasets/lvis.py",
    "_base_/methods/partial_imbalance_finetuned.py",
]
model = dict(head=dict(**_base_.head, num_classes=1203))

# The default method on VAW's positive and negative attributes.
_base_ = [
    "_base_/protocols/resnet50.py",
    "_base_/datasets/vaw.py",
    "_base_/methods/partial_imbalance_finetuned.py",
]
model = dict(head=dict(**_base_.head, num_classes=620))

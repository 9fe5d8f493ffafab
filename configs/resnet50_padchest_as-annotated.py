# The default method on PadChest; what an `unchanged` report does not list is unknown.
_base_ = [
    "_base_/protocols/resnet50.py",
    "_base_/datasets/padchest.py",
    "_base_/methods/partial_imbalance_finetuned.py",
]
model = dict(head=dict(**_base_.head, num_classes=40))

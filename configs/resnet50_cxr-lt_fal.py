# The default method on CXR-LT's long-tailed classes.
_base_ = [
    "_base_/protocols/resnet50.py",
    "_base_/datasets/cxr_lt.py",
    "_base_/methods/partial_imbalance_finetuned.py",
]
model = dict(head=dict(**_base_.head, num_classes=40))
train_dataloader = dict(dataset=dict(setting="FAL"))

# The default method on what MIMIC-CXR's reports state.
_base_ = [
    "_base_/protocols/resnet50.py",
    "_base_/datasets/mimic_cxr.py",
    "_base_/methods/partial_imbalance_finetuned.py",
]
model = dict(head=dict(**_base_.head, num_classes=14))

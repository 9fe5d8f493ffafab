# The groups are recordings. Only the target species of a recording is known, as in the paper.
_base_ = [
    "../_base_/protocols/resnet50.py",
    "../_base_/datasets/l48.py",
    "../_base_/methods/asset_reg.py",
]
model = dict(head=dict(**_base_.head, num_classes=100))

# The default method on what ChestX-ray14's reports state: in training, unlisted findings are
# unknown.
_base_ = [
    "_base_/protocols/resnet50.py",
    "_base_/datasets/chest_xray14.py",
    "_base_/methods/partial_imbalance_finetuned.py",
]
model = dict(head=dict(**_base_.head, num_classes=14))
train_dataloader = dict(dataset=dict(dataset=dict(unlisted="unknown")))

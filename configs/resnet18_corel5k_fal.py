_base_ = [
    "_base_/protocols/resnet18_small.py",
    "_base_/datasets/corel5k.py",
    "_base_/methods/partial_imbalance_scratch.py",
]
model = dict(head=dict(**_base_.head, num_classes=79))
train_dataloader = dict(dataset=dict(setting="FAL"))

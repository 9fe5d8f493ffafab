_base_ = [
    "_base_/protocols/resnet50.py",
    "_base_/datasets/cub.py",
    "_base_/methods/partial_imbalance_finetuned.py",
]
model = dict(head=dict(**_base_.head, num_classes=312))
train_dataloader = dict(dataset=dict(setting="FAL"))

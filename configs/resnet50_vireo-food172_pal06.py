_base_ = [
    "_base_/protocols/resnet50.py",
    "_base_/datasets/vireo_food.py",
    "_base_/methods/partial_imbalance_finetuned.py",
]
model = dict(head=dict(**_base_.head, num_classes=353))
train_dataloader = dict(dataset=dict(setting="PAL", ratio=0.6))

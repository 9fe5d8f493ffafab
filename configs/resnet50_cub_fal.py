_base_ = [
    "_base_/models/resnet50.py",
    "_base_/datasets/cub.py",
    "_base_/methods/partial_imbalance.py",
    "_base_/schedules/adam_cosine_20e.py",
    "_base_/default_runtime.py",
]
model = dict(head=dict(**_base_.head, num_classes=312))
train_dataloader = dict(dataset=dict(setting="FAL"))

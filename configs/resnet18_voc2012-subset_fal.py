_base_ = [
    "_base_/models/resnet18_small.py",
    "_base_/datasets/voc2012_subset.py",
    "_base_/methods/partial_imbalance_scratch.py",
    "_base_/schedules/adam_onecycle_22e.py",
    "_base_/default_runtime.py",
]
model = dict(head=dict(**_base_.head, num_classes=20))
train_dataloader = dict(dataset=dict(setting="FAL"))

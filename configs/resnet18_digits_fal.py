_base_ = [
    "_base_/models/resnet18_digits.py",
    "_base_/datasets/digits.py",
    "_base_/methods/partial_imbalance_scratch.py",
    "_base_/schedules/adam_onecycle_22e.py",
    "_base_/default_runtime.py",
]
model = dict(head={{_base_.head}})
train_dataloader = dict(dataset=dict(setting="FAL"))

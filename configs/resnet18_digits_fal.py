_base_ = ["_base_/protocols/resnet18_digits.py", "_base_/methods/partial_imbalance_scratch.py"]
model = dict(head={{_base_.head}})
train_dataloader = dict(dataset=dict(setting="FAL"))

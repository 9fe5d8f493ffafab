_base_ = "resnet18_digits_fal.py"
train_dataloader = dict(dataset=dict(setting="PPL", ratio=0.6))

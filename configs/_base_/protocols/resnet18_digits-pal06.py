# The digits with 60 % of the labels known.
_base_ = "resnet18_digits.py"
train_dataloader = dict(dataset=dict(setting="PAL", ratio=0.6))

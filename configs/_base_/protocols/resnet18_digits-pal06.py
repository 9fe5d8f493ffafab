# The digits, 60 % of whose labels are known.
_base_ = "resnet18_digits.py"
train_dataloader = dict(dataset=dict(setting="PAL", ratio=0.6))

_base_ = "resnet18_digits_fal.py"
train_dataloader = dict(dataset=dict(setting="PAL", ratio=0.6))

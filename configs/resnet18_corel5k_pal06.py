_base_ = "resnet18_corel5k_fal.py"
train_dataloader = dict(dataset=dict(setting="PAL", ratio=0.6))

_base_ = "resnet18_voc2012-subset_fal.py"
train_dataloader = dict(dataset=dict(setting="PAL", ratio=0.6))

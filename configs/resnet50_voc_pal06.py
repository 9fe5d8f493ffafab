_base_ = "resnet50_voc_fal.py"
train_dataloader = dict(dataset=dict(setting="PAL", ratio=0.6))

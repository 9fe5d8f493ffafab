_base_ = "resnet50_coco_fal.py"
train_dataloader = dict(dataset=dict(setting="PPL", ratio=0.9))

# COCO with 60 % of the labels known; a leaf adds a pretrained network.
_base_ = ["../datasets/coco.py", "../schedules/adam_cosine_20e.py", "../default_runtime.py"]
train_dataloader = dict(dataset=dict(setting="PAL", ratio=0.6))

# The temporary model of resnet50_coco_fpc1000.py.
_base_ = "prior_resnet50_coco_rps05.py"
train_dataloader = dict(dataset=dict(setting="FPC", drop=None, n=1000))

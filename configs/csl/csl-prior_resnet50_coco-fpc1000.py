# The temporary model of csl_resnet50_coco-fpc1000.py.
_base_ = "csl-prior_resnet50_coco-rps05.py"
train_dataloader = dict(dataset=dict(setting="FPC", drop=None, n=1000))

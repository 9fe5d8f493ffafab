# CSL where 1000 positives and 1000 negatives of each class of COCO are known, as
# csl_resnet50_coco-rps05.py otherwise. Train csl-prior_resnet50_coco-fpc1000.py first.
_base_ = "csl_resnet50_coco-rps05.py"
prior = "work_dirs/csl-prior_resnet50_coco-fpc1000/class_prior.json"
model = dict(head=dict(loss=dict(gamma_neg=3, prior=prior)))
train_dataloader = dict(dataset=dict(setting="FPC", drop=None, n=1000))

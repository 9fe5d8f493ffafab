# Train csl-prior_resnet50_coco-pal06.py first, which writes the class priors.
_base_ = ["../_base_/protocols/resnet50_coco-pal06.py", "../_base_/methods/csl.py"]
prior = "work_dirs/csl-prior_resnet50_coco-pal06/class_prior.json"
model = dict(head=dict(loss=dict(_base_.head.loss, prior=prior)))

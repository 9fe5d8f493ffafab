# CSL where 1000 positives and 1000 negatives of each class of COCO are known, as
# resnet50_coco_rps05.py otherwise. Train prior_resnet50_coco_fpc1000.py first.
_base_ = "resnet50_coco_rps05.py"
model = dict(
    head=dict(
        loss=dict(gamma_neg=3, prior="work_dirs/prior_resnet50_coco_fpc1000/class_prior.json")
    )
)
train_dataloader = dict(dataset=dict(setting="FPC", drop=None, n=1000))

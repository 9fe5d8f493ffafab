# CSL where half the labels of COCO are dropped, in the authors' recipe and with their gammas. Train
# prior_resnet50_coco_rps05.py first. ResNet-50 stands in for their TResNet-M, pretrained on
# ImageNet-21k, which MMPretrain does not have.
_base_ = [
    "../_base_/models/resnet50.py",
    "../_base_/datasets/coco_miil.py",
    "../_base_/methods/p_asl.py",
    "../_base_/schedules/csl_adam_onecycle_30e.py",
    "../_base_/default_runtime.py",
]
model = dict(
    head=dict(
        loss=dict(
            **_base_.head.loss,
            unknown="selective",
            likelihood_topk=5,
            prior_threshold=0.5,
            prior="work_dirs/prior_resnet50_coco_rps05/class_prior.json",
        )
    )
)
train_dataloader = dict(batch_size=64, dataset=dict(setting="RPS", drop=0.5))
custom_hooks = [*_base_.custom_hooks, _base_.ema]

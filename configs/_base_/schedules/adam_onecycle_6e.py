# Adam with one cycle over 6 epochs, for pretrained networks: the head learns at ten times the rate
# of the backbone, which is listed because it may have a part called head as well. MMEngine's
# OneCycleLR would give both the same rate.
optim_wrapper = dict(
    optimizer=dict(type="Adam", lr=3e-4),
    paramwise_cfg=dict(custom_keys=dict(backbone=dict(lr_mult=1.0), head=dict(lr_mult=10.0))),
)
param_scheduler = [
    dict(type="LinearLR", start_factor=0.04, end=1, convert_to_iter_based=True),
    dict(type="CosineAnnealingLR", begin=1, end=6, convert_to_iter_based=True),
]
train_cfg = dict(by_epoch=True, max_epochs=6, val_interval=2)
val_cfg = dict()
test_cfg = dict()

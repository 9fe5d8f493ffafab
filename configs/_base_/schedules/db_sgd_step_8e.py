# The recipe of DB, https://arxiv.org/abs/2007.09654, for batches of 32. Not here: its class-aware
# sampler, which also says how long an epoch is.
optim_wrapper = dict(
    optimizer=dict(type="SGD", lr=0.02, momentum=0.9, weight_decay=1e-4),
    clip_grad=dict(max_norm=35, norm_type=2),
)
param_scheduler = [
    dict(type="LinearLR", start_factor=1 / 3, by_epoch=False, begin=0, end=500),
    dict(type="MultiStepLR", milestones=[5, 7], gamma=0.1, by_epoch=True),
]
train_cfg = dict(by_epoch=True, max_epochs=8, val_interval=1)
val_cfg = dict()
test_cfg = dict()

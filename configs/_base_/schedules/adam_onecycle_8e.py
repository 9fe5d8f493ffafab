# Adam with one cycle, short enough for comparisons of many runs from scratch.
optim_wrapper = dict(optimizer=dict(type="Adam", lr=3e-3))
param_scheduler = dict(
    type="OneCycleLR",
    eta_max=3e-3,
    total_steps=8,
    pct_start=0.2,
    by_epoch=True,
    convert_to_iter_based=True,
)
train_cfg = dict(by_epoch=True, max_epochs=8, val_interval=2)
val_cfg = dict()
test_cfg = dict()

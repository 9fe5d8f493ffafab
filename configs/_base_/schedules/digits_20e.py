# Adam with one cycle over 20 epochs, which suits training from scratch.
optim_wrapper = dict(optimizer=dict(type='Adam', lr=3e-3))
param_scheduler = dict(
    type='OneCycleLR', eta_max=3e-3, total_steps=20, pct_start=0.2, by_epoch=True,
    convert_to_iter_based=True)
train_cfg = dict(by_epoch=True, max_epochs=20, val_interval=5)
val_cfg = dict()
test_cfg = dict()

# Adam and a cosine over 20 epochs; the paper gives neither optimizer nor schedule.
optim_wrapper = dict(optimizer=dict(type="Adam", lr=1e-4))
param_scheduler = dict(
    type="CosineAnnealingLR", T_max=20, by_epoch=True, convert_to_iter_based=True
)
train_cfg = dict(by_epoch=True, max_epochs=20, val_interval=1)
val_cfg = dict()
test_cfg = dict()

# The recipe of COMIC, https://arxiv.org/abs/2304.10539, for batches of 32: classifiers learn at a
# tenth of the rate of features. Not here: other steps (18, 24) for attention and experts. All
# parts use those of the balanced network's features (12).
optim_wrapper = dict(
    optimizer=dict(type="Adam", lr=1e-3, weight_decay=1e-4),
    paramwise_cfg=dict(custom_keys=dict(head=dict(lr_mult=0.1))),
)
param_scheduler = dict(type="StepLR", step_size=12, gamma=0.1, by_epoch=True)
train_cfg = dict(by_epoch=True, max_epochs=40, val_interval=1)
val_cfg = dict()
test_cfg = dict()

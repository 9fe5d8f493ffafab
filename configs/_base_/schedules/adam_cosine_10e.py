# Adam for a pretrained network with a new head, which learns at ten times the rate. The backbone is
# listed because it may have a part called head as well. The cosine has no length, so it ends with
# the training for any max_epochs.
optim_wrapper = dict(
    optimizer=dict(type="Adam", lr=1e-4),
    paramwise_cfg=dict(custom_keys=dict(backbone=dict(lr_mult=1.0), head=dict(lr_mult=10.0))),
)
param_scheduler = dict(type="CosineAnnealingLR", by_epoch=True, convert_to_iter_based=True)
train_cfg = dict(by_epoch=True, max_epochs=10, val_interval=5)
val_cfg = dict()
test_cfg = dict()

# Adam and a cosine that ends with the training, whatever max_epochs is, for a pretrained network.
# Its head is new and learns at ten times the rate, which OneCycleLR would not do.
optim_wrapper = dict(
    optimizer=dict(type="Adam", lr=1e-4),
    paramwise_cfg=dict(custom_keys=dict(head=dict(lr_mult=10.0))),
)
param_scheduler = dict(type="CosineAnnealingLR", by_epoch=True, convert_to_iter_based=True)
train_cfg = dict(by_epoch=True, max_epochs=10, val_interval=5)
val_cfg = dict()
test_cfg = dict()

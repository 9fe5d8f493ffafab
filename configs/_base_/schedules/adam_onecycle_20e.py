# Adam with one cycle over 20 epochs, for a linear layer on standardized features. Biases learn at a
# hundred times the rate. The features have a mean of 0, so a bias alone moves the mean logit of its
# class, and Adam moves it by at most the rate in a step. At the same rate, biases hardly leave 0,
# and a loss whose logits should lie far below 0 has to overfit. MMEngine's OneCycleLR would give
# all parameters the same rate.
optim_wrapper = dict(optimizer=dict(type="Adam", lr=3e-4), paramwise_cfg=dict(bias_lr_mult=100.0))
param_scheduler = [
    dict(type="LinearLR", start_factor=0.04, end=4, convert_to_iter_based=True),
    dict(type="CosineAnnealingLR", begin=4, end=20, convert_to_iter_based=True),
]
train_cfg = dict(by_epoch=True, max_epochs=20, val_interval=5)
val_cfg = dict()
test_cfg = dict()

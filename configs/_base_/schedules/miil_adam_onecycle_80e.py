# The recipe of ASL (https://arxiv.org/abs/2009.14119), Hill and SPLC: L2 on tensors of two or more
# dimensions only, one cycle in steps of an iteration. The authors stop its 80 epochs after 41 (ASL)
# or 31: set train_cfg.max_epochs. They train in mixed precision: train with --amp. Not here: they
# report the better of raw and averaged weights (here the averaged ones), and the cycle of torch
# also changes Adam's beta1. A leaf averages the weights by
# `custom_hooks = [*_base_.custom_hooks, _base_.ema]`.
optim_wrapper = dict(
    optimizer=dict(type="Adam", lr=1e-4, weight_decay=1e-4),
    paramwise_cfg=dict(flat_decay_mult=0.0),
)
param_scheduler = dict(
    type="OneCycleLR",
    eta_max=1e-4,
    total_steps=80,
    pct_start=0.2,
    by_epoch=True,
    convert_to_iter_based=True,
)
ema = dict(type="EMAHook", momentum=0.0003, update_buffers=True)  # 1 - 0.9997
train_cfg = dict(by_epoch=True, max_epochs=80, val_interval=1)
val_cfg = dict()
test_cfg = dict()

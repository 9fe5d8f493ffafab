# One proportion for all classes, from the batch.
_base_ = "../methods/partial_imbalance.py"
head = dict(loss=dict(ratio_mode="gated", power_fades=False))
custom_hooks = [_base_.custom_hooks[0]]

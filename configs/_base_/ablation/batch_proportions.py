# Proportions, and one gate, from the 64 images of a batch in place of the training set.
_base_ = "../methods/partial_imbalance.py"
head = dict(loss=dict(ratio_mode="gated", power_fades=False, ratio_scope="class"))
custom_hooks = [_base_.custom_hooks[0]]

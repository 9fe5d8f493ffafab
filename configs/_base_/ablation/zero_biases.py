# Biases start where the model has them, near 0.
_base_ = "../methods/partial_imbalance.py"
custom_hooks = [_base_.custom_hooks[0]]

# Pseudo labels that stay 0: the chance is the same for all unknown labels.
_base_ = "../methods/partial_imbalance.py"
custom_hooks = [
    dict(type="mmpartial.PseudoLabelHook", init=0.0, update="never"),
    _base_.custom_hooks[1],
]

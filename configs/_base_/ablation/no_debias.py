# Tilted predictions become pseudo labels.
_base_ = "../methods/partial_imbalance.py"
custom_hooks = [
    dict(type="mmpartial.PseudoLabelHook", init=0.0, momentum=0.9),
    _base_.custom_hooks[1],
]

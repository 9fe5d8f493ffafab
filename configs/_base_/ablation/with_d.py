# With the paper's schedule d.
_base_ = "../methods/partial_imbalance.py"
custom_hooks = [
    dict(type="mmpartial.DSchedulerHook", m=3),
    dict(type="mmpartial.PseudoLabelHook", init=0.0, momentum=0.9, debias=True),
    _base_.custom_hooks[1],
]

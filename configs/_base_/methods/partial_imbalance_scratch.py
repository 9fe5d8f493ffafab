# The default with half of the balance (in log odds), smoothing, and pseudo labels as they are, but
# slower, for a network that starts from random weights: it learns features faster from the plain
# loss than from the balanced one, and its first predictions are worth little.
_base_ = "partial_imbalance.py"
head = dict(
    loss=dict(ratio_power=0.5, power_fades=False, smoothing=0.5, chance=None, bound_at=None)
)
custom_hooks = [
    dict(type="mmpartial.PseudoLabelHook", init=0.0, momentum=0.97, debias=True),
]

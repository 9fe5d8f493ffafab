# Three quarters of the balance (in log odds); pseudo labels as they are, unbounded.
_base_ = "../methods/partial_imbalance.py"
head = dict(
    loss=dict(ratio_power=0.75, power_fades=False, smoothing=0.5, chance=None, bound_at=None)
)

# Three quarters of the balance (in log odds); pseudo labels as they are, unbounded.
_base_ = "../methods/partial_imbalance.py"
head = dict(loss=dict(ratio_power=0.75, chance=None, bound_at=None))

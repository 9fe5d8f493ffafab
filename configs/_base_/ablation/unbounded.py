# The whole cross entropy for unknown labels.
_base_ = "../methods/partial_imbalance.py"
head = dict(loss=dict(bound_at=None))

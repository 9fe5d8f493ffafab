# The negative side of unknown labels is bounded from the first step on.
_base_ = "../methods/partial_imbalance.py"
head = dict(loss=dict(bound_at=0.0))

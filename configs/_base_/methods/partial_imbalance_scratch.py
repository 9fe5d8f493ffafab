# The default with half of the balance (in log odds), for a network that starts from random weights:
# it learns features from the plain loss faster than from the balanced one.
_base_ = "partial_imbalance.py"
head = dict(loss=dict(ratio_power=0.5))

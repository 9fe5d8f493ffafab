# The whole balance: beta is the ratio itself.
_base_ = "../methods/partial_imbalance.py"
head = dict(loss=dict(ratio_power=1.0))

# The paper's full balance: beta is the ratio.
_base_ = "../methods/partial_imbalance.py"
head = dict(loss=dict(ratio_power=1.0))

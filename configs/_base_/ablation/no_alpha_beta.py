# Without balance: alpha = beta.
_base_ = "../methods/partial_imbalance.py"
head = dict(loss=dict(ratio_power=0.0))

# A third of the balance (in log odds).
_base_ = "../methods/partial_imbalance.py"
head = dict(loss=dict(ratio_power=0.35))

# The same power for all classes, even if all labels are known.
_base_ = "../methods/partial_imbalance.py"
head = dict(loss=dict(power_fades=False))

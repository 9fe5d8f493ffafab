# Without p.
_base_ = "../methods/partial_imbalance.py"
head = dict(loss=dict(p_mode="off"))

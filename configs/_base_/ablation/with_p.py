# With the paper's penalty p.
_base_ = "../methods/partial_imbalance.py"
head = dict(loss=dict(p_mode="text"))

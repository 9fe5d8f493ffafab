# The floor of beta that is the paper's.
_base_ = "../methods/partial_imbalance.py"
head = dict(loss=dict(gamma=0.05))

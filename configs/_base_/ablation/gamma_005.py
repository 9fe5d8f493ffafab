# With the paper's floor of beta.
_base_ = "../methods/partial_imbalance.py"
head = dict(loss=dict(gamma=0.05))

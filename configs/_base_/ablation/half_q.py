# Half of the unknown labels at each step.
_base_ = "../methods/partial_imbalance.py"
head = dict(q=0.5)

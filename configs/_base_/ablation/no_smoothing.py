# Without smoothing.
_base_ = "../methods/partial_imbalance.py"
head = dict(loss=dict(smoothing=0.0))

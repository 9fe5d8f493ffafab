# One proportion for all classes, from the batch.
_base_ = "../methods/partial_imbalance.py"
head = dict(loss=dict(ratio_mode="gated"))

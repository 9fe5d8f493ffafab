# Targets are smoothed by half of the ratio of positives.
_base_ = "../methods/partial_imbalance.py"
head = dict(loss=dict(smoothing=0.5))

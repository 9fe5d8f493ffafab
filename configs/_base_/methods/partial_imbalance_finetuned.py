# For pretrained networks whose features are trained as well. Such a network can learn by heart
# that an unknown label is negative, so that cost is bounded from the first step on, and positives
# have more weight: a third of the balance (in log odds). Only positive targets are smoothed,
# because smoothed negatives cost mAP where labels are right. Biases start where the model has them.
_base_ = "partial_imbalance.py"
head = dict(loss=dict(ratio_power=0.35, bound_at=0.0, smoothing=0.5, negative_smoothing=0.0))
custom_hooks = [_base_.custom_hooks[0]]

# Focal loss whose factor has a gradient, unknown labels as negatives.
head = dict(loss=dict(type="mmpartial.PartialFocalLoss", gamma=2, balance_param=2.0))
custom_hooks = []

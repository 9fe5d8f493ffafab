# Focal loss whose factor has a gradient, unknown labels as negatives.
head = dict(q=1.0, loss=dict(type="mmpartial.PartialFocalLoss", gamma=2, balance_param=2.0))
custom_hooks = []

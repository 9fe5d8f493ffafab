# Focal loss with a gradient through its factor; unknown labels are negatives.
head = dict(loss=dict(type="mmpartial.PartialFocalLoss", gamma=2, balance_param=2.0))
custom_hooks = []

# Hill: a negative loss that gives up on likely positives.
head = dict(q=1.0, loss=dict(type="mmpartial.HillLoss"))
custom_hooks = []

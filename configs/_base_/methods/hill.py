# Hill: a negative loss that gives up on likely positives.
head = dict(loss=dict(type="mmpartial.HillLoss"))
custom_hooks = []

# SPLC: likely unknown labels count as positive from the second epoch on.
head = dict(q=1.0, loss=dict(type="mmpartial.SPLCLoss"))
custom_hooks = []

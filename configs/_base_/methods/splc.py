# SPLC: likely unknown labels count as positive from the second epoch on.
head = dict(loss=dict(type="mmpartial.SPLCLoss"))
custom_hooks = []

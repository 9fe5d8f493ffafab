# LL-R: the largest losses of unknown labels are rejected.
head = dict(loss=dict(type="mmpartial.LargeLoss", mode="LL-R"))
custom_hooks = []

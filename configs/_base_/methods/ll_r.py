# LL-R: the largest losses of unknown labels are rejected.
head = dict(q=1.0, loss=dict(type="mmpartial.LargeLoss", mode="LL-R"))
custom_hooks = []

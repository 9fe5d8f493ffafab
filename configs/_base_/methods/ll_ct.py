# LL-Ct: the largest losses of unknown labels count as positive in this step.
head = dict(loss=dict(type="mmpartial.LargeLoss", mode="LL-Ct"))
custom_hooks = []

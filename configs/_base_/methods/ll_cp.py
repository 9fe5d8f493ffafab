# LL-Cp: the largest losses of unknown labels count as positive for good.
head = dict(q=1.0, loss=dict(type="mmpartial.LargeLoss", mode="LL-Cp"))
custom_hooks = [dict(type="mmpartial.LabelCorrectionHook")]

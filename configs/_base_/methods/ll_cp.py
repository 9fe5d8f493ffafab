# LL-Cp: the largest losses of unknown labels count as positive for good.
head = dict(loss=dict(type="mmpartial.LargeLoss", mode="LL-Cp"))
custom_hooks = [dict(type="mmpartial.LabelCorrectionHook")]

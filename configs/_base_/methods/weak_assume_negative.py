# WAN: negatives, known or assumed, weigh 1 / (L - 1).
head = dict(loss=dict(type="mmpartial.WeakAssumeNegativeLoss"))
custom_hooks = []

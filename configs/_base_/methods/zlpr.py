# ZLPR: positives above 0, negatives below, by two sums of exponentials.
head = dict(loss=dict(type="mmpartial.ZLPRLoss"))
custom_hooks = []

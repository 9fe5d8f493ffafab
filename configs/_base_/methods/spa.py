# SPA: an asymmetric loss whose probabilities are calibrated; unknown labels are ignored.
head = dict(loss=dict(type="mmpartial.StrictlyProperAsymmetricLoss"))
custom_hooks = []

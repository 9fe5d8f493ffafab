# RAL: APL with a negative loss that gives up on likely positives.
head = dict(loss=dict(type="mmpartial.AsymmetricPolynomialLoss", lamb=1.5, detach_focal=False))
custom_hooks = []

# APL: the asymmetric loss with another polynomial in place of the logarithm.
head = dict(loss=dict(type="mmpartial.AsymmetricPolynomialLoss"))
custom_hooks = []

# COMIC: the multi-focal modifier on a normalized classifier; the classifier of the leaf adds the
# corrector and the balancer.
head = dict(type="mmpartial.NormalizedHead", loss=dict(type="mmpartial.MultiFocalModifierLoss"))
custom_hooks = []

# The whole of COMIC: the multi-focal modifier on normalized classifiers of three networks, the
# corrector and the balancer; the balanced network scores images. A leaf merges classifier into its
# model.
head = dict(type="mmpartial.NormalizedHead", loss=dict(type="mmpartial.MultiFocalModifierLoss"))
classifier = dict(type="mmpartial.COMICClassifier")
custom_hooks = []

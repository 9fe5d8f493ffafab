# The project's own method with its default readings.
head = dict(q=0.5, loss=dict(type="mmpartial.PartialImbalanceLoss"))
custom_hooks = [
    dict(type="mmpartial.DSchedulerHook", m=3),
    dict(type="mmpartial.PseudoLabelHook", init=0.05, momentum=0.95),
]

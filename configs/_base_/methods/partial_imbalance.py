# The project's own method with its default readings. The paper gives no q; all unknown labels at
# each step (q=1) trained better than half of them.
head = dict(q=1.0, loss=dict(type="mmpartial.PartialImbalanceLoss"))
custom_hooks = [
    dict(type="mmpartial.DSchedulerHook", m=3),
    dict(type="mmpartial.PseudoLabelHook", init=0.0, momentum=0.97, debias=True),
]

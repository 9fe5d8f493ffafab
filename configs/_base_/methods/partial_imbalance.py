# The project's own method with its default options. The paper gives no q. All unknown labels in
# each step (q=1), no schedule d and no penalty p were as good as any others, and are simplest.
head = dict(q=1.0, loss=dict(type="mmpartial.PartialImbalanceLoss", p_mode="off"))
custom_hooks = [
    dict(type="mmpartial.PseudoLabelHook", init=0.0, momentum=0.9, debias=True),
]

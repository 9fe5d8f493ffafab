# The project's own method with its default readings. The paper gives no q; all unknown labels at
# each step (q=1), no schedule d and no penalty p were as good as any, and are simplest.
head = dict(q=1.0, loss=dict(type="mmpartial.PartialImbalanceLoss", p_mode="off"))
custom_hooks = [
    dict(type="mmpartial.PseudoLabelHook", init=0.0, momentum=0.9, debias=True),
]

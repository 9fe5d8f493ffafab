# The project's own method with its default readings, for pretrained networks: three quarters of the
# balance (in log odds), which was better on held-out photos than the whole and a half, whether the
# network was frozen or fine-tuned. The paper gives no q; all unknown labels at each step (q=1), no
# schedule d and no penalty p were as good as any, and are simplest.
head = dict(q=1.0, loss=dict(type="mmpartial.PartialImbalanceLoss", ratio_power=0.75, p_mode="off"))
custom_hooks = [
    dict(type="mmpartial.PseudoLabelHook", init=0.0, momentum=0.9, debias=True),
]

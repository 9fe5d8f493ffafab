# The project's own method with its default readings, for pretrained networks. On held-out photos,
# a quarter of the balance (in log odds) was best for frozen features (docs/benchmarks/parts.md).
# The balance fades out where few labels are unknown: with all labels known, the loss is cross
# entropy. Where unknown labels count, their targets are chances that sharpen, and their negative
# side is bounded from the middle of the training on. The paper gives no q; all unknown labels at
# each step (q=1), no schedule d and no penalty p were as good as any, and are simplest. Biases
# start where labels cost least, so they need no larger learning rate than weights.
head = dict(
    q=1.0,
    loss=dict(
        type="mmpartial.PartialImbalanceLoss",
        ratio_power=0.25,
        power_fades=True,
        chance=((0.0, 10.0), (-1.0, -8.0)),
        bound_at=0.5,
        p_mode="off",
    ),
)
custom_hooks = [
    dict(type="mmpartial.PseudoLabelHook", init=0.0, momentum=0.9, debias=True),
    dict(type="mmpartial.PriorBiasHook"),
]

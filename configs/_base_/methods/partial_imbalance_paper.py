# The paper's text, in a reading that does not collapse: one alpha and beta for known and unknown
# labels from soft counts; each pseudo label is the last prediction.
head = dict(
    q=0.5,
    loss=dict(
        type="mmpartial.PartialImbalanceLoss",
        gamma=0.05,
        ratio_mode="soft",
        smoothing=0.0,
        unknown_scale="parts",
        gate=None,
    ),
)
custom_hooks = [
    dict(type="mmpartial.DSchedulerHook", m=3),
    dict(type="mmpartial.PseudoLabelHook", init=0.5, momentum=0.0),
]

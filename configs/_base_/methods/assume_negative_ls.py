# AN-LS: assume negative with label smoothing.
head = dict(
    loss=dict(type="mmpartial.PartialBCELoss", unknown="negative", label_smoothing=0.1),
)
custom_hooks = []

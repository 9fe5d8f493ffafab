# PLM: random masks balance positives and negatives of each class; unknown labels are masked.
head = dict(
    loss=dict(
        type="mmpartial.PartialLabelMaskingLoss",
        loss=dict(type="mmpartial.PartialBCELoss", unknown="ignore"),
    ),
)
custom_hooks = [dict(type="mmpartial.LabelRatioHook")]

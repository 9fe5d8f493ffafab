# The temporary model of CSL: cross entropy of the known labels, which gives class priors.
head = dict(
    loss=dict(
        type="mmpartial.PartialAsymmetricLoss",
        gamma_pos=0,
        gamma_neg=0,
        gamma_unknown=0,
        unknown="ignore",
    ),
)
custom_hooks = [dict(type="mmpartial.ClassPriorHook")]

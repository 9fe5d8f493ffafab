# P-ASL: unknown labels are negatives with their own gamma; the gammas are those of CSL's runs on
# RPS.
head = dict(
    loss=dict(type="mmpartial.PartialAsymmetricLoss", gamma_pos=0, gamma_neg=1, gamma_unknown=4),
)
custom_hooks = []

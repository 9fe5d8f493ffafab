# EM+APL: EM, and the least likely unknown labels become soft negatives, with the authors' values
# for COCO.
head = dict(loss=dict(type="mmpartial.EntropyMaximizationLoss", alpha=0.1, beta=0.9))
custom_hooks = [dict(type="mmpartial.AsymmetricPseudoLabelHook", warmup=5)]

# ASL in the authors' training recipe; unknown labels are negatives.
head = dict(
    loss=dict(
        type="mmpartial.PartialAsymmetricLoss",
        gamma_pos=0,
        gamma_neg=4,
        gamma_unknown=4,
        clip=0.05,
    ),
)
custom_hooks = []

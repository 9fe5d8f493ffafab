# Pseudo labels that stay 0: unknown labels are negatives.
_base_ = "../methods/partial_imbalance.py"
custom_hooks = [
    dict(type="mmpartial.PseudoLabelHook", init=0.0, update="never"),
]

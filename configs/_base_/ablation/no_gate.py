# Without the gate: unknown labels always count.
_base_ = "../methods/partial_imbalance.py"
head = dict(loss=dict(gate=None))

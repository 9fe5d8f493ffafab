# Without smoothing, and without p, which acts only where predictions can be low.
_base_ = "../methods/partial_imbalance.py"
head = dict(loss=dict(smoothing=0.0, p_mode="off"))

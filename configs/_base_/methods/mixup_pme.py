# MixUp-PME: cross entropy of known labels, on mixtures of two images.
_base_ = "ignore_unknown.py"
classifier = dict(train_cfg=dict(augments=[dict(type="mmpartial.MixUpPME", alpha=0.75)]))

# PU-MLC: each class is learnt from positives and unlabelled images. The authors' options for COCO.
head = dict(loss=dict(type="mmpartial.PULoss", gamma=0.55, alpha=1.0))
custom_hooks = []

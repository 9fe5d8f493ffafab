# EM: unknown labels are pushed to p = 1/2, with the authors' alpha for COCO.
head = dict(loss=dict(type="mmpartial.EntropyMaximizationLoss", alpha=0.1))
custom_hooks = []

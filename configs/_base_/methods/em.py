# EM: unknown labels are pushed to where the model is unsure. The authors' alpha for COCO.
head = dict(loss=dict(type="mmpartial.EntropyMaximizationLoss", alpha=0.1))
custom_hooks = []

# GR: unknown labels cost a mixture of two losses that follows a schedule. The schedule is that of
# AEVLP for COCO; the loss's own defaults are the authors', for VOC.
head = dict(loss=dict(type="mmpartial.GRLoss", w=(0.0, 10.0), b=(-2.0, -8.0)))
custom_hooks = []

# GR: unknown labels cost a mixture of two losses that follows a schedule. The schedule is that of
# AEVLP for COCO; the loss's own defaults are the authors', for VOC. GR wants most unknown labels
# near 0. A linear layer on standardized features gets there by its bias alone, so the bias has to
# learn fast, as in _base_/schedules/adam_onecycle_20e.py.
head = dict(loss=dict(type="mmpartial.GRLoss", w=(0.0, 10.0), b=(-2.0, -8.0)))
custom_hooks = []

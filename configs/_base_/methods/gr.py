# GR: unknown labels cost a mixture of two losses that follows a schedule. The schedule is that of
# AEVLP for COCO; the loss's own defaults are the authors', for VOC. GR wants most unknown labels
# near 0. A linear layer on standardized features can only get there by its bias, which Adam hardly
# moves in a short run: mAP in SPL on Corel5k is 21.5 if the bias starts at 0 and 55.6 if it starts
# at -3 (tools/benchmarks/README.md has the options).
head = dict(loss=dict(type="mmpartial.GRLoss", w=(0.0, 10.0), b=(-2.0, -8.0)))
custom_hooks = []

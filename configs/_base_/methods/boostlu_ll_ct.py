# BoostLU with LL-Ct and the authors' delta: the largest losses of unknown labels count as positive
# in this step.
# The head classifies a feature map, so no neck pools it; a leaf merges classifier into its model.
head = dict(
    type="mmpartial.BoostLUHead",
    alpha=5.0,
    loss=dict(type="mmpartial.LargeLoss", mode="LL-Ct", delta=0.002),
)
classifier = dict(neck=None)
custom_hooks = []

# BoostLU with LL-R and the authors' delta: the largest losses of unknown labels are rejected.
# The head classifies a feature map, so no neck pools it; a leaf merges classifier into its model.
head = dict(
    type="mmpartial.BoostLUHead",
    alpha=5.0,
    loss=dict(type="mmpartial.LargeLoss", mode="LL-R", delta=0.005),
)
classifier = dict(neck=None)
custom_hooks = []

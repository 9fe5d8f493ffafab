# BoostLU with LL-Cp and the authors' delta: the largest losses of unknown labels count as positive
# for good.
# The head classifies a feature map, so no neck pools it; a leaf merges classifier into its model.
head = dict(
    type="mmpartial.BoostLUHead",
    alpha=5.0,
    loss=dict(type="mmpartial.LargeLoss", mode="LL-Cp", delta=0.001, store_kth=True),
)
classifier = dict(neck=None)
custom_hooks = [dict(type="mmpartial.LabelCorrectionHook")]

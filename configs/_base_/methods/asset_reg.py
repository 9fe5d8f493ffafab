# AssetReg: assume negative, and the images of a group are drawn to the group's running predictions.
# The dataset has to have groups. The paper's alpha is not known; this one is ours.
head = dict(
    loss=dict(type="mmpartial.AssetReg", alpha=0.1, loss=dict(type="mmpartial.PartialBCELoss"))
)
custom_hooks = []

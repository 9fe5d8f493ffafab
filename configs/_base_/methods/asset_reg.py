# AssetReg: assume negative, and pull the predictions of the images of a group towards the running
# predictions of the group. The dataset has to have groups. We do not know the paper's alpha, and
# chose this one.
head = dict(
    loss=dict(type="mmpartial.AssetReg", alpha=0.1, loss=dict(type="mmpartial.PartialBCELoss"))
)
custom_hooks = []

# AssetReg: assume negative, and pull the predictions of the images of a group towards the running
# predictions of the group. The dataset has to have groups. We do not know the paper's alpha. alpha
# and eps are the best of five pairs on held-out photos of Corel5k, whose groups have 9 photos. The
# authors' code has eps=0.001, with which the running predictions hardly move in a short run.
head = dict(
    loss=dict(
        type="mmpartial.AssetReg", alpha=1.0, eps=0.1, loss=dict(type="mmpartial.PartialBCELoss")
    )
)
custom_hooks = []

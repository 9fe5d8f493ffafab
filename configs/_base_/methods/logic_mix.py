# LogicMix with DP-ASL: half of the images are means of two or three, with the OR of their labels.
head = dict(loss=dict(type="mmpartial.DecoupledAsymmetricLoss"))
classifier = dict(
    train_cfg=dict(augments=[dict(type="mmpartial.LogicMix", prob=0.5, images=(2, 3))])
)
custom_hooks = []

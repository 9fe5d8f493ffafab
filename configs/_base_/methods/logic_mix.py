# LogicMix with DP-ASL: half of the images are means of two or three, with the OR of their labels.
# The authors start from a pretrained network. On the digits, with a small network from random
# weights, mixing harms: mAP after 8 epochs (PAL 0.6, one seed) is 43.4 without it, 31.5 with
# prob=0.1, and 19.2 with prob=0.5. With all labels known it is 60.6 without mixing and 19.3 with
# prob=0.5, so unknown labels are not the cause. Nor is it the loss (22.5 with the options of other
# images for mixtures too), nor batch norm (16.6 with statistics of images that are not mixed), nor
# that digits become faint (14.3 with the brighter pixel of each image in place of the mean).
head = dict(loss=dict(type="mmpartial.DecoupledAsymmetricLoss"))
classifier = dict(
    train_cfg=dict(augments=[dict(type="mmpartial.LogicMix", prob=0.5, images=(2, 3))])
)
custom_hooks = []

# LogicMix with DP-ASL: half of the images are means of two or three, with the OR of their labels.
# The authors start from a pretrained network. On the digits mixing harms, because digits of 14 to
# 17 pixels pile up on a canvas of 40: a network that was trained without mixing has a micro AP of
# 85 on single images and on two side by side, 70 on the brighter pixel of two, 56 on their mean,
# and 39 on the mean of three, although it still finds the inks (99 in all). A small network from
# random weights then never learns to read digits: with all labels known, mAP after 8 epochs is 61
# without mixing and 19 with it. With 15 % of the images held out, it is 22 after 22 epochs with
# mixing; and 8 more epochs bring a trained network from 57 to 71 without mixing, and to 56 with it
# (one seed each). Neither unknown labels nor the loss nor batch norm is the cause.
head = dict(loss=dict(type="mmpartial.DecoupledAsymmetricLoss"))
classifier = dict(
    train_cfg=dict(augments=[dict(type="mmpartial.LogicMix", prob=0.5, images=(2, 3))])
)
custom_hooks = []

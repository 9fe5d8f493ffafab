# The two-way loss: the least positive against the greatest negative, of images and of classes.
head = dict(loss=dict(type="mmpartial.TwoWayLoss"))
custom_hooks = []

# The two-way loss: the lowest positive against the highest negative, in images and in classes.
head = dict(loss=dict(type="mmpartial.TwoWayLoss"))
custom_hooks = []

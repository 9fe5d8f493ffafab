# DB: class-balanced weights and a negative-tolerant sigmoid, with the authors' values for COCO-MLT.
head = dict(loss=dict(type="mmpartial.DistributionBalancedLoss"))
custom_hooks = []

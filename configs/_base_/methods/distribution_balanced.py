# DB: class-balanced weights and a negative-tolerant sigmoid. The authors' values for COCO-MLT.
head = dict(q=1.0, loss=dict(type="mmpartial.DistributionBalancedLoss"))
custom_hooks = []

# PU-MLC: each class is learned from positives and unlabelled images, and a second pass of mixed
# images regularizes the network. The options are the authors' for COCO. A leaf merges classifier
# into its model.
head = dict(loss=dict(type="mmpartial.PULoss", gamma=0.55, alpha=1.0))
classifier = dict(type="mmpartial.PUMLCClassifier", mix_alpha=0.3)
custom_hooks = []

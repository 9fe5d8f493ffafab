# DeepMaxent: in each class, positives above the other images of the batch. Scores rank the images
# of a class; they are no probabilities. A larger batch compares more images.
head = dict(loss=dict(type="mmpartial.DeepMaxentLoss"))
custom_hooks = []

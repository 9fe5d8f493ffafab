# The 600 boxable classes; pseudo labels take a byte each in a file for each process (3.4 GB for the
# 5.7 million images with a verified label). The file of classes is that of V5.
_base_ = [
    "_base_/models/resnet50.py",
    "_base_/datasets/open_images.py",
    "_base_/methods/partial_imbalance.py",
    "_base_/schedules/adam_cosine_20e.py",
    "_base_/default_runtime.py",
]
data_preprocessor = dict(num_classes=600)
classes = dict(class_file="class-descriptions-boxable.csv", description_file=None)
model = dict(head=dict(**_base_.head, num_classes=600))
custom_hooks = [
    dict(type="mmpartial.DSchedulerHook", m=3),
    dict(
        type="mmpartial.PseudoLabelHook", init=0.05, momentum=0.95, dtype="uint8", path="pseudo_labels"
    ),
]

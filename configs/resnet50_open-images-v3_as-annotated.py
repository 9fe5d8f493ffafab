# The default method on the trainable classes of V3. All pseudo labels of the 3.4 million training
# images take 17 GB, in a file of each machine in the work_dir. On a machine with less than 68 GB of
# memory, PseudoLabelHook keeps the 64 largest of each image: 0.9 GB.
_base_ = [
    "_base_/protocols/resnet50.py",
    "_base_/datasets/open_images_v3.py",
    "_base_/methods/partial_imbalance_finetuned.py",
]
model = dict(head=dict(**_base_.head, num_classes=5000))
custom_hooks = [dict(**_base_.custom_hooks[0], dtype="uint8", path="pseudo_labels")]

# The default method on the trainable classes of V3. Pseudo labels take a byte for each image and
# class, in a file of each process in the work_dir: 17 GB for 3.4 million training images.
_base_ = [
    "_base_/protocols/resnet50.py",
    "_base_/datasets/open_images_v3.py",
    "_base_/methods/partial_imbalance.py",
]
model = dict(head=dict(**_base_.head, num_classes=5000))
custom_hooks = [dict(**_base_.custom_hooks[0], dtype="uint8", path="pseudo_labels")]

# The default method on all 9,605 trainable classes of V7. All pseudo labels of 9 million images
# would take 80 GiB, so PseudoLabelHook keeps the 64 largest of each image on most machines: 2.1 GiB
# in a file of each machine in the work_dir.
_base_ = [
    "_base_/protocols/resnet50.py",
    "_base_/datasets/open_images_v7.py",
    "_base_/methods/partial_imbalance_finetuned.py",
]
model = dict(head=dict(**_base_.head, num_classes=9605))
custom_hooks = [dict(**_base_.custom_hooks[0], dtype="uint8", path="pseudo_labels")]

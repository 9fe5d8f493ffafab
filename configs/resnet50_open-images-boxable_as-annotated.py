# The default method on the boxable classes of V5 ("600" to its owners, whose file lists 601).
# Pseudo labels take a byte each, in a file of each machine in the work_dir: 3.4 GB for the 5.7
# million training images that have a verified label.
_base_ = [
    "_base_/protocols/resnet50.py",
    "_base_/datasets/open_images.py",
    "_base_/methods/partial_imbalance_finetuned.py",
]
data_preprocessor = dict(num_classes=601)
boxable = dict(
    class_file="class-descriptions-boxable.csv", description_file="class-descriptions-boxable.csv"
)
train_dataloader = dict(dataset=dict(dataset=dict(**boxable)))
val_dataloader = dict(dataset=dict(**boxable))
test_dataloader = dict(dataset=dict(**boxable))
model = dict(head=dict(**_base_.head, num_classes=601))
custom_hooks = [dict(**_base_.custom_hooks[0], dtype="uint8", path="pseudo_labels")]

# The default method on Plant Pathology 2021; what is not listed of a complex leaf is unknown.
_base_ = [
    "_base_/protocols/resnet50.py",
    "_base_/datasets/plant_pathology.py",
    "_base_/methods/partial_imbalance_finetuned.py",
]
model = dict(head=dict(**_base_.head, num_classes=6))
train_dataloader = dict(
    dataset=dict(setting=None, dataset=dict(unlisted_in_complex="unknown")),
)

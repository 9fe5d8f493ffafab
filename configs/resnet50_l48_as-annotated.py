# The default method on L48's target species and the species that checklists rule out: with targets
# alone, no label is negative, and the method has nothing to compare them with.
_base_ = [
    "_base_/protocols/resnet50.py",
    "_base_/datasets/l48.py",
    "_base_/methods/partial_imbalance_finetuned.py",
]
model = dict(head=dict(**_base_.head, num_classes=100))
train_dataloader = dict(dataset=dict(dataset=dict(labels="checklist")))

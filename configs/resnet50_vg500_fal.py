_base_ = [
    "_base_/protocols/resnet50.py",
    "_base_/datasets/visual_genome.py",
    "_base_/methods/partial_imbalance_finetuned.py",
]
data_preprocessor = dict(num_classes=500)
vg500 = dict(ann_file="vg_category_500_labels_index.json", num_classes=500)
model = dict(head=dict(**_base_.head, num_classes=500))
train_dataloader = dict(dataset=dict(setting="FAL", dataset=dict(**vg500)))
val_dataloader = dict(dataset=dict(**vg500))
test_dataloader = val_dataloader

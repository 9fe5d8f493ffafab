# All 260 keywords that are in both splits, some of them once.
_base_ = "resnet18_corel5k_pal06.py"
every = dict(ann_file="annotations.json")
train_dataloader = dict(dataset=dict(dataset=every))
val_dataloader = dict(dataset=every)
test_dataloader = val_dataloader
model = dict(head=dict(num_classes=260))
data_preprocessor = dict(num_classes=260)

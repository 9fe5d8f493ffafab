# As for corel5k.
_base_ = "comparison_resnet10_corel5k-fal.py"
data_preprocessor = dict(num_classes=20)
data_root = "{{$DATA_ROOT:data/voc2012_subset/}}"
images = dict(data_root=data_root, ann_file="annotations.json")
model = dict(head=dict(num_classes=20))
train_dataloader = dict(dataset=dict(dataset=images))
val_dataloader = dict(dataset=images)
test_dataloader = dict(dataset=images)

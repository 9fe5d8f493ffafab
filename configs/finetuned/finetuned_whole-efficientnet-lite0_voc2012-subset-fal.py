# As for corel5k.
_base_ = "finetuned_whole-efficientnet-lite0_corel5k-fal.py"
data_preprocessor = dict(num_classes=20)
images = dict(data_root="{{$DATA_ROOT:data/voc2012_subset/}}", ann_file="annotations.json")
model = dict(head=dict(num_classes=20))
train_dataloader = dict(dataset=dict(dataset=images))
val_dataloader = dict(dataset=images)
test_dataloader = dict(dataset=images)

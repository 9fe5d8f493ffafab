# As for corel5k.
_base_ = "finetuned_last-stages-efficientnet-lite0_corel5k-fal.py"
data_preprocessor = dict(num_classes=80)
images = dict(data_root="{{$DATA_ROOT:data/coco6k/}}", ann_file="annotations.json")
features = dict(features="work_dirs/features-128/coco6k", dataset=images)
model = dict(head=dict(num_classes=80))
train_dataloader = dict(dataset=dict(dataset=features))
val_dataloader = dict(dataset=features)
test_dataloader = dict(dataset=features)

# The same for some of COCO 2014's photos, see coco6k_frozen.py.
_base_ = "corel5k_last-stages.py"
data_preprocessor = dict(num_classes=80)
images = dict(data_root="{{$DATA_ROOT:data/coco6k/}}", ann_file="annotations.json")
features = dict(features="work_dirs/features-128/coco6k", dataset=images)
train_dataloader = dict(dataset=dict(dataset=features))
val_dataloader = dict(dataset=features)
test_dataloader = dict(dataset=features)

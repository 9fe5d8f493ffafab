# As corel5k_frozen.py, for some of COCO 2014's photos at 128 x 128 in another split: its figures
# cannot be compared with COCO's.
_base_ = "corel5k_frozen.py"
data_preprocessor = dict(num_classes=80)
images = dict(data_root="{{$DATA_ROOT:data/coco6k/}}", ann_file="annotations.json")
features = dict(features="work_dirs/features/coco6k", dataset=images)
train_dataloader = dict(dataset=dict(dataset=features))
val_dataloader = dict(dataset=features)
test_dataloader = dict(dataset=features)

# As corel5k_frozen.py, for some of VOC 2012's photos, see voc2012_subset.py.
_base_ = "corel5k_frozen.py"
data_preprocessor = dict(num_classes=20)
images = dict(data_root="{{$DATA_ROOT:data/voc2012_subset/}}", ann_file="annotations.json")
features = dict(features="work_dirs/features/voc2012_subset", dataset=images)
train_dataloader = dict(dataset=dict(dataset=features))
val_dataloader = dict(dataset=features)
test_dataloader = dict(dataset=features)

# Some of VOC 2012's photos with its 20 classes in another split, at 64 x 64: its figures cannot be
# compared with VOC's. Files and DATA_ROOT as for corel5k.py.
_base_ = "corel5k.py"
data_preprocessor = dict(num_classes=20)
data_root = "{{$DATA_ROOT:data/voc2012_subset/}}"
images = dict(data_root=data_root, ann_file="annotations.json")
train_dataloader = dict(dataset=dict(dataset=images))
val_dataloader = dict(dataset=images)
test_dataloader = dict(dataset=images)

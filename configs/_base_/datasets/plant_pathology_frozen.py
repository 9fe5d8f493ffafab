# As corel5k_frozen.py, for Plant Pathology 2021, see plant_pathology.py. Copies of the photos at
# 256 x 256 do.
_base_ = "corel5k_frozen.py"
data_preprocessor = dict(num_classes=6)
leaves = dict(
    _delete_=True,
    type="mmpartial.PlantPathology2021",
    data_root="{{$DATA_ROOT:data/plant_pathology/}}",
    pipeline=_base_.pipeline,
)
features = dict(features="work_dirs/features/plant_pathology")
train = dict(dataset=dict(image_list="train.txt", **leaves), **features)
val = dict(dataset=dict(image_list="val.txt", **leaves), **features)
train_dataloader = dict(dataset=dict(dataset=train))
val_dataloader = dict(dataset=val)
test_dataloader = val_dataloader

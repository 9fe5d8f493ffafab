# All 260 keywords of Corel5k; 118 of them have fewer than 20 training photos.
_base_ = "frozen_efficientnet-lite0_corel5k-fal.py"
data_preprocessor = dict(num_classes=260)
images = dict(ann_file="annotations.json")
features = dict(features="work_dirs/features/corel5k-260", dataset=images)
model = dict(head=dict(num_classes=260))
train_dataloader = dict(dataset=dict(dataset=features))
val_dataloader = dict(dataset=features)
test_dataloader = dict(dataset=features)

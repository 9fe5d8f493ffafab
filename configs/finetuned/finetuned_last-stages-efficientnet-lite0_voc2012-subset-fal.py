# As for corel5k, but for the rate, which was better on held-out photos in FAL and SPL.
_base_ = "finetuned_last-stages-efficientnet-lite0_corel5k-fal.py"
data_preprocessor = dict(num_classes=20)
images = dict(data_root="{{$DATA_ROOT:data/voc2012_subset/}}", ann_file="annotations.json")
features = dict(features="work_dirs/features-128/voc2012_subset", dataset=images)
model = dict(head=dict(num_classes=20))
train_dataloader = dict(dataset=dict(dataset=features))
val_dataloader = dict(dataset=features)
test_dataloader = dict(dataset=features)
optim_wrapper = dict(optimizer=dict(lr=3e-4))

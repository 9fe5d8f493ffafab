# Merlin L48 in data/ml48s/ with assets.json, clips.json, taxa.csv, images/, and the authors'
# val_split.npy. With labels="target", only the target species of a training image is known to be
# there; "geo" and "checklist" add species that are known to be absent. As in the paper, validation
# and test use images in which experts annotated all species. Spectrograms have 750 x 236 pixels; we
# chose their size here.
_base_ = "coco.py"
data_preprocessor = dict(num_classes=100)
pipeline = [
    dict(type="LoadImageFromFile"),
    dict(type="Resize", scale=(320, 320)),
    dict(type="PackInputs"),
]
clips = dict(type="mmpartial.L48", data_root="data/ml48s/", pipeline=pipeline)
train_dataloader = dict(
    dataset=dict(
        setting=None, dataset=dict(_delete_=True, split="train", labels="target", **clips)
    ),
)
val_dataloader = dict(dataset=dict(_delete_=True, split="val", complete=True, **clips))
test_dataloader = dict(dataset=dict(_delete_=True, split="test", complete=True, **clips))

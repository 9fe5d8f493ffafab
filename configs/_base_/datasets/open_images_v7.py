# Open Images V7 and its 9,605 trainable classes: as open_images.py, with the files of V7. We know
# their names from public code, and the number of classes from V6; if it differs, change it here and
# in the head.
_base_ = "open_images.py"
v7 = dict(class_file="oidv7-classes-trainable.txt", description_file="oidv7-class-descriptions.csv")
validation = dict(ann_file="oidv7-val-annotations-human-imagelabels.csv", **v7)
train_dataloader = dict(
    dataset=dict(dataset=dict(ann_file="oidv7-train-annotations-human-imagelabels.csv", **v7))
)
val_dataloader = dict(dataset=validation)
test_dataloader = dict(dataset=validation)

# Open Images V3 and its 5,000 trainable classes: unpack annotations_human_2017_11.tar.gz and
# classes_2017_11.tar.gz in data/open_images/, which creates 2017_11/, and put the images into
# train/ and validation/. Validation labels are partial too; mAP is over known labels.
_base_ = "open_images.py"
data_preprocessor = dict(num_classes=5000)
v3 = dict(
    class_file="2017_11/classes-trainable.txt", description_file="2017_11/class-descriptions.csv"
)
train_dataloader = dict(
    dataset=dict(dataset=dict(ann_file="2017_11/train/annotations-human.csv", **v3))
)
val_dataloader = dict(dataset=dict(ann_file="2017_11/validation/annotations-human.csv", **v3))
test_dataloader = dict(dataset=dict(ann_file="2017_11/validation/annotations-human.csv", **v3))

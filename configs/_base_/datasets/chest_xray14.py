# ChestX-ray14 of the NIH, in data/chest_xray14/ with Data_Entry_2017.csv, train_val_list.txt,
# test_list.txt and images/. A finding that a report does not mention is negative, as in the papers;
# with unlisted="unknown", only images with No Finding have negatives.
_base_ = "coco.py"
data_preprocessor = dict(num_classes=14)
pipeline = [
    dict(type="LoadImageFromFile"),
    dict(type="Resize", scale=(320, 320)),
    dict(type="PackInputs"),
]
images = dict(type="mmpartial.ChestXray14", data_root="data/chest_xray14/", pipeline=pipeline)
train_dataloader = dict(
    dataset=dict(
        setting=None,
        dataset=dict(_delete_=True, image_list="train_val_list.txt", **images),
    ),
)
val_dataloader = dict(dataset=dict(_delete_=True, image_list="test_list.txt", **images))
test_dataloader = val_dataloader

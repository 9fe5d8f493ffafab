# Plant Pathology 2021 in data/plant_pathology/ with train.csv, train_images/, and train.txt and
# val.txt, your lists of the images of each part: the labels of the test images are not published.
# The photos have 4000 x 2672 pixels, and are decoded at a quarter of that.
_base_ = "coco.py"
data_preprocessor = dict(num_classes=6)
load = [
    dict(type="mmpartial.LoadImage", min_side=448),
    dict(type="Resize", scale=(448, 448)),
]
leaves = dict(type="mmpartial.PlantPathology2021", data_root="data/plant_pathology/")
train_dataloader = dict(
    dataset=dict(
        dataset=dict(
            _delete_=True,
            image_list="train.txt",
            pipeline=[
                *load,
                dict(type="RandomFlip", prob=0.5, direction="horizontal"),
                dict(type="PackInputs"),
            ],
            **leaves,
        ),
    ),
)
val_dataloader = dict(
    dataset=dict(
        _delete_=True, image_list="val.txt", pipeline=[*load, dict(type="PackInputs")], **leaves
    )
)
test_dataloader = val_dataloader

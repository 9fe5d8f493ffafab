# PadChest in data/padchest/ with its table, images/ (16-bit PNG files, maybe in folders 0/ to 54/),
# train.txt and val.txt. PadChest has no split: list the ImageIDs of each part in these files, so
# that no PatientID is in both. Frontal views and 40 of its labels; for others, set classes (in
# lower case).
_base_ = "coco.py"
data_preprocessor = dict(num_classes=40)
classes = [
    "normal", "cardiomegaly", "pleural effusion", "pneumonia", "infiltrates", "alveolar pattern",
    "interstitial pattern", "consolidation", "atelectasis", "laminar atelectasis", "nodule",
    "multiple nodules", "pulmonary mass", "pneumothorax", "emphysema", "copd signs", "air trapping",
    "chronic changes", "pulmonary fibrosis", "fibrotic band", "bronchiectasis", "granuloma",
    "calcified granuloma", "tuberculosis sequelae", "volume loss", "costophrenic angle blunting",
    "apical pleural thickening", "pleural thickening", "hemidiaphragm elevation", "hiatal hernia",
    "aortic elongation", "vascular hilar enlargement", "heart insufficiency", "scoliosis",
    "kyphosis", "vertebral degenerative changes", "callus rib fracture", "sternotomy",
    "endotracheal tube", "pacemaker",
]  # fmt: skip
pipeline = [
    dict(type="mmpartial.LoadImage", bits=16),
    dict(type="Resize", scale=(320, 320)),
    dict(type="PackInputs"),
]
images = dict(
    type="mmpartial.PadChest",
    data_root="data/padchest/",
    data_prefix="images",
    metainfo=dict(classes=classes),
    projection=["PA", "AP"],
    pipeline=pipeline,
)
train_dataloader = dict(
    dataset=dict(setting=None, dataset=dict(_delete_=True, image_list="train.txt", **images)),
)
val_dataloader = dict(dataset=dict(_delete_=True, image_list="val.txt", **images))
test_dataloader = val_dataloader

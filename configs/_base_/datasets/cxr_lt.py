# CXR-LT 2024, task 1, on MIMIC-CXR-JPG: put train_labeled.csv, development_labeled_task1.csv and
# test_labeled_task1.csv into data/mimic_cxr/cxr-lt-2024/, beside data/mimic_cxr/files/, which holds
# p10/ to p19/. For other years or tasks, list the columns of their tables in classes.
_base_ = "coco.py"
data_preprocessor = dict(num_classes=40)
classes = [
    "Adenopathy", "Atelectasis", "Azygos Lobe", "Calcification of the Aorta", "Cardiomegaly",
    "Clavicle Fracture", "Consolidation", "Edema", "Emphysema", "Enlarged Cardiomediastinum",
    "Fibrosis", "Fissure", "Fracture", "Granuloma", "Hernia", "Hydropneumothorax", "Infarction",
    "Infiltration", "Kyphosis", "Lobar Atelectasis", "Lung Lesion", "Lung Opacity", "Mass",
    "Nodule", "Normal", "Pleural Effusion", "Pleural Other", "Pleural Thickening",
    "Pneumomediastinum", "Pneumonia", "Pneumoperitoneum", "Pneumothorax", "Pulmonary Embolism",
    "Pulmonary Hypertension", "Rib Fracture", "Round(ed) Atelectasis", "Subcutaneous Emphysema",
    "Support Devices", "Tortuous Aorta", "Tuberculosis",
]  # fmt: skip
pipeline = [
    dict(type="LoadImageFromFile"),
    dict(type="Resize", scale=(320, 320)),
    dict(type="PackInputs"),
]
images = dict(
    type="mmpartial.MIMICCXR",
    data_root="data/mimic_cxr/",
    metainfo=dict(classes=classes),
    pipeline=pipeline,
)
train_dataloader = dict(
    dataset=dict(
        dataset=dict(_delete_=True, ann_file="cxr-lt-2024/train_labeled.csv", **images),
    ),
)
val_dataloader = dict(
    dataset=dict(_delete_=True, ann_file="cxr-lt-2024/development_labeled_task1.csv", **images)
)
test_dataloader = dict(
    dataset=dict(_delete_=True, ann_file="cxr-lt-2024/test_labeled_task1.csv", **images)
)

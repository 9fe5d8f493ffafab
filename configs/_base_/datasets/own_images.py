# Your own photos at 224 x 224: data/mine/train.csv, val.csv and images/, or DATA_ROOT=/my/folder
# before the command. In the tables, 1 is positive, 0 is negative, and a blank cell is unknown. For
# other formats, set format and its options, see mmpartial/formats. Training and validation may also
# share a table, with split_file and part, which tools/init_project.py writes. Large photos are
# decoded at a half, a quarter or an eighth of their size, which takes a third of the time.
data_preprocessor = dict(mean=[123.675, 116.28, 103.53], std=[58.395, 57.12, 57.375], to_rgb=True)
data_root = "{{$DATA_ROOT:data/mine/}}"
# In a virtual environment, MMEngine would take "import os" for the syntax of its lazy configs.
num_workers = min(4, __import__("os").cpu_count() or 1)

load = dict(type="mmpartial.LoadImage", min_side=448)
resize = dict(type="Resize", scale=(224, 224))
train_pipeline = [
    load,
    resize,
    dict(type="RandomFlip", prob=0.5, direction="horizontal"),
    dict(type="PackInputs"),
]
test_pipeline = [load, resize, dict(type="PackInputs")]
images = dict(
    type="mmpartial.AnnotatedImages",
    format="wide_csv",
    data_root=data_root,
    data_prefix="images",
)

train_dataloader = dict(
    batch_size=16,
    num_workers=num_workers,
    persistent_workers=True,
    collate_fn=dict(type="default_collate"),
    sampler=dict(type="mmpartial.ArraySampler", shuffle=True),
    dataset=dict(
        type="mmpartial.PartialLabelDataset",
        seed=0,
        dataset=dict(ann_file="train.csv", pipeline=train_pipeline, **images),
    ),
)

val_dataloader = dict(
    batch_size=50,
    num_workers=num_workers,
    persistent_workers=True,
    collate_fn=dict(type="default_collate"),
    sampler=dict(type="mmpartial.ArraySampler", shuffle=False),
    dataset=dict(ann_file="val.csv", pipeline=test_pipeline, **images),
)
test_dataloader = val_dataloader

val_evaluator = dict(type="mmpartial.PartialMultiLabelMetric")
test_evaluator = val_evaluator

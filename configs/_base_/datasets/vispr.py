# VISPR in data/vispr/: attributes.tsv of its repository, annotations/{train,val,test}2017/ with a
# JSON file for each photo, and images/{train,val,test}2017/. If JSON files and photos are in the
# same folders, set ann_dir="" and data_prefix="". Images as in coco.py.
_base_ = "coco.py"
data_preprocessor = dict(num_classes=68)
photos = dict(type="mmpartial.VISPR", data_root="data/vispr/")
test_pipeline = {{_base_.test_pipeline}}
train_dataloader = dict(
    dataset=dict(
        dataset=dict(_delete_=True, split="train", pipeline={{_base_.train_pipeline}}, **photos)
    ),
)
val_dataloader = dict(dataset=dict(_delete_=True, split="val", pipeline=test_pipeline, **photos))
test_dataloader = dict(dataset=dict(_delete_=True, split="test", pipeline=test_pipeline, **photos))

# Vireo Food-172 in data/vireo_food/: SplitAndIngreLabel/ with IngreLabel.txt, IngredientList.txt,
# TR.txt, VAL.txt and TE.txt, and the photos in ready_chinese_food/. Images as in coco.py.
_base_ = "coco.py"
data_preprocessor = dict(num_classes=353)
photos = dict(type="mmpartial.VireoFood172", data_root="data/vireo_food/")
test_pipeline = {{_base_.test_pipeline}}
train_dataloader = dict(
    dataset=dict(
        dataset=dict(_delete_=True, split="train", pipeline={{_base_.train_pipeline}}, **photos)
    ),
)
val_dataloader = dict(dataset=dict(_delete_=True, split="val", pipeline=test_pipeline, **photos))
test_dataloader = dict(dataset=dict(_delete_=True, split="test", pipeline=test_pipeline, **photos))

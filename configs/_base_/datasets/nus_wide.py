# NUS-WIDE with all its 81 concepts and its own split, images as in coco.py. The papers use only the
# images that Flickr still had: if you lack some too, give both datasets an image_list.
_base_ = "coco.py"
data_preprocessor = dict(num_classes=81)
nus = dict(type="mmpartial.NUSWIDE", data_root="data/nuswide/")
train_dataloader = dict(
    dataset=dict(
        dataset=dict(_delete_=True, split="train", pipeline={{_base_.train_pipeline}}, **nus)
    ),
)
val_dataloader = dict(
    dataset=dict(_delete_=True, split="test", pipeline={{_base_.test_pipeline}}, **nus)
)
test_dataloader = val_dataloader

# The 312 attributes of CUB-200-2011 in its own split, images as in coco.py. Unpack CUB_200_2011.tgz
# in data/cub/.
_base_ = "coco.py"
data_preprocessor = dict(num_classes=312)
cub = dict(type="mmpartial.CUBAttributes", data_root="data/cub/CUB_200_2011")
train_dataloader = dict(
    dataset=dict(
        dataset=dict(_delete_=True, split="train", pipeline={{_base_.train_pipeline}}, **cub)
    ),
)
val_dataloader = dict(
    dataset=dict(_delete_=True, split="test", pipeline={{_base_.test_pipeline}}, **cub)
)
test_dataloader = val_dataloader

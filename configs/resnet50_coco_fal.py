_base_ = [
    "_base_/protocols/resnet50.py",
    "_base_/datasets/coco.py",
    "_base_/methods/partial_imbalance_finetuned.py",
]
model = dict(head={{_base_.head}})
train_dataloader = dict(dataset=dict(setting="FAL"))

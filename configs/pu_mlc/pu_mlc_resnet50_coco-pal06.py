_base_ = ["../_base_/protocols/resnet50_coco-pal06.py", "../_base_/methods/pu_mlc.py"]
model = dict(**_base_.classifier, head={{_base_.head}})
train_dataloader = dict(drop_last=True)  # the last image of COCO 2014 would be a batch of its own

_base_ = ["../_base_/protocols/resnet50_coco-pal06.py", "../_base_/methods/ll_ct.py"]
model = dict(head={{_base_.head}})

_base_ = ["../_base_/protocols/resnet50_coco-pal06.py", "../_base_/methods/mixup_pme.py"]
model = dict(**_base_.classifier, head={{_base_.head}})

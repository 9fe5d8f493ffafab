_base_ = ["../_base_/protocols/resnet18_digits-pal06.py", "../_base_/methods/two_way_aug_pl.py"]
model = dict(**_base_.classifier, head={{_base_.head}})

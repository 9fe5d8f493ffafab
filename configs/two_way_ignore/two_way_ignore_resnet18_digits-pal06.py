_base_ = ["../_base_/protocols/resnet18_digits-pal06.py", "../_base_/methods/two_way_ignore.py"]
model = dict(head={{_base_.head}})

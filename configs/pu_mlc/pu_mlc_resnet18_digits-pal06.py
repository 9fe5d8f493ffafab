_base_ = ["../_base_/protocols/resnet18_digits-pal06.py", "../_base_/methods/pu_mlc.py"]
model = dict(**_base_.classifier, head={{_base_.head}})

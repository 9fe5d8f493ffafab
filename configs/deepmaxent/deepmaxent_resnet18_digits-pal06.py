_base_ = ["../_base_/protocols/resnet18_digits-pal06.py", "../_base_/methods/deepmaxent.py"]
model = dict(head={{_base_.head}})

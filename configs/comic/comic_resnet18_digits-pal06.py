# COMIC whole: three networks, whose images are scored by the balanced one.
_base_ = ["../_base_/protocols/resnet18_digits-pal06.py", "../_base_/methods/comic.py"]
model = dict(**_base_.classifier, head={{_base_.head}})

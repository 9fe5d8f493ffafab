# COMIC's losses, the modifier and the corrector, on one network.
_base_ = "../comic/comic_resnet18_digits-pal06.py"
model = dict(balance=False)

# COMIC's losses, the modifier and the corrector, on one network.
_base_ = "../comic/resnet18_digits_pal06.py"
model = dict(balance=False)

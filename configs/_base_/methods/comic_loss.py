# COMIC's losses, the modifier and the corrector, on one network.
_base_ = "comic.py"
classifier = dict(balance=False)

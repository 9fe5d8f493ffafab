# COCO with 60 % of the labels known, on the paper's network.
_base_ = ["../models/resnet50.py", "coco-pal06.py"]

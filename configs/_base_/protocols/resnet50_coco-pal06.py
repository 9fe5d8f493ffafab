# COCO, 60 % of whose labels are known, on the paper's network.
_base_ = ["../models/resnet50.py", "coco-pal06.py"]

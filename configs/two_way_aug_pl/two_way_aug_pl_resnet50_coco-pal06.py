# As in the authors' runs, a third of the epochs has no pseudo labels.
_base_ = ["../_base_/protocols/resnet50_coco-pal06.py", "../_base_/methods/two_way_aug_pl.py"]
model = dict(**_base_.classifier, head={{_base_.head}})
custom_hooks = [
    dict(_base_.custom_hooks[0], start=7, pipeline=_base_.test_pipeline),
    _base_.ema,
]

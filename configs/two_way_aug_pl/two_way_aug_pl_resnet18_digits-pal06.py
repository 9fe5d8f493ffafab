# As in the authors' runs, a third of the epochs has no pseudo labels. The weights are averaged over
# a shorter time, because the run is shorter.
_base_ = ["../_base_/protocols/resnet18_digits-pal06.py", "../_base_/methods/two_way_aug_pl.py"]
model = dict(**_base_.classifier, head={{_base_.head}})
custom_hooks = [
    dict(_base_.custom_hooks[0], start=7, pipeline=[dict(type="PackInputs")]),
    dict(_base_.ema, momentum=0.01),
]

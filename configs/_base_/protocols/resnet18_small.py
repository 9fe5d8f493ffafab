# A small network from random weights for photos of 64 x 64; a leaf adds data and method.
_base_ = [
    "../models/resnet18_small.py",
    "../schedules/adam_onecycle_22e.py",
    "../default_runtime.py",
]

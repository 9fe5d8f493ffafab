# A network so small that hundreds of runs can be compared; a leaf adds data and method.
_base_ = [
    "../models/resnet10_small.py",
    "../schedules/adam_onecycle_8e.py",
    "../default_runtime.py",
]

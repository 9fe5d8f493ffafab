# A small network from random weights on the digits, about 3 minutes on a CPU.
_base_ = [
    "../models/resnet18_digits.py",
    "../datasets/digits.py",
    "../schedules/adam_onecycle_22e.py",
    "../default_runtime.py",
]

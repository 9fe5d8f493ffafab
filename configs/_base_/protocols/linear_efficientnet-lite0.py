# A linear layer on the features of a frozen network; a leaf adds data and method. train.py computes
# the features first.
_base_ = [
    "../models/linear_efficientnet-lite0.py",
    "../schedules/adam_onecycle_20e.py",
    "../default_runtime.py",
]

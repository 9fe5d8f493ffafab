# The recipe of DB without the authors' class-aware sampler, which neither MMEngine nor MMPretrain
# has (ClassBalancedDataset repeats images, but does not draw classes in turn). A leaf adds data.
_base_ = [
    "../models/resnet50_mlt.py",
    "../schedules/db_sgd_step_8e.py",
    "../default_runtime.py",
]

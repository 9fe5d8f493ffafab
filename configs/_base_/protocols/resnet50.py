# The paper's network and our schedule for it; a leaf adds data and method.
_base_ = ["../models/resnet50.py", "../schedules/adam_cosine_20e.py", "../default_runtime.py"]

# As adam_onecycle_22e.py, but in 8 epochs, for comparisons of many runs from scratch.
_base_ = "adam_onecycle_22e.py"
param_scheduler = dict(total_steps=8)
train_cfg = dict(max_epochs=8, val_interval=2)

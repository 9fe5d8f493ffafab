# Adam with one cycle over 20 epochs, for a linear layer on features.
_base_ = "adam_onecycle_22e.py"
optim_wrapper = dict(optimizer=dict(lr=1e-3))
param_scheduler = dict(eta_max=1e-3, total_steps=20)
train_cfg = dict(max_epochs=20, val_interval=5)

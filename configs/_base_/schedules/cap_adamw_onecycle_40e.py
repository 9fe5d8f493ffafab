# The recipe of CAP for batches of 64. The authors train in mixed precision: train with --amp. Not
# here: in the first 12 epochs they see labelled images alone, and optimizer and cycle then start
# anew for the other 28, as if for 40.
_base_ = "adam_onecycle_22e.py"
optim_wrapper = dict(optimizer=dict(type="AdamW", lr=1e-4, weight_decay=1e-4))
param_scheduler = dict(eta_max=1e-4, total_steps=40)
train_cfg = dict(max_epochs=40, val_interval=1)

# The recipe of CSL (https://arxiv.org/abs/2110.10955), otherwise that of ASL: batches of 64.
_base_ = "miil_adam_onecycle_80e.py"
optim_wrapper = dict(optimizer=dict(lr=2e-4))
param_scheduler = dict(eta_max=2e-4, total_steps=30)
train_cfg = dict(max_epochs=30)

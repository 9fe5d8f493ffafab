# A protocol short enough to compare all methods on the digits: a wider network of two stages, no
# random crop, 5 epochs.
_base_ = "../resnet18_digits_fal.py"
model = dict(
    backbone=dict(
        base_channels=32, num_stages=2, strides=(2, 2), dilations=(1, 1), out_indices=(1,)
    ),
    head=dict(in_channels=64),
)
train_dataloader = dict(dataset=dict(dataset=dict(pipeline=[dict(type="PackInputs")])))
param_scheduler = dict(total_steps=5)
train_cfg = dict(max_epochs=5, val_interval=1)

# A protocol short enough to compare all methods in all settings on the digits: some 25 s a run.
_base_ = [
    "../_base_/protocols/resnet10_small.py",
    "../_base_/datasets/digits.py",
    "../_base_/methods/partial_imbalance_scratch.py",
]
model = dict(  # narrower, with a finer last map
    backbone=dict(base_channels=24, strides=(1, 2, 2)),
    head=dict(in_channels=96, **_base_.head),
)
train_dataloader = dict(batch_size=32, dataset=dict(setting="FAL"))

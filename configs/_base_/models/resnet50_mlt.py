# DB's network: the first stage is frozen, and it has 256 features. Not here: DB's neck also drops
# out half of them, which MMPretrain's linear neck cannot.
_base_ = "resnet50.py"
model = dict(
    backbone=dict(frozen_stages=1),
    neck=dict(_delete_=True, type="LinearNeck", in_channels=2048, out_channels=256, gap_dim=2),
    head=dict(in_channels=256),
)

# DB's network: the first stage frozen, and 256 features. Its neck also drops out half of them,
# which MMPretrain's linear neck does not.
_base_ = "resnet50.py"
model = dict(
    backbone=dict(frozen_stages=1),
    neck=dict(_delete_=True, type="LinearNeck", in_channels=2048, out_channels=256, gap_dim=2),
    head=dict(in_channels=256),
)

# A ResNet-18 of half the width for photos of 64 x 64, from scratch; see resnet18_digits.py.
_base_ = "resnet18_digits.py"
model = dict(
    backbone=dict(
        stem_channels=32,
        base_channels=32,
        num_stages=4,
        strides=(2, 2, 2, 1),
        dilations=(1, 1, 1, 1),
        out_indices=(3,),
    ),
    head=dict(in_channels=256),
)

# A narrow ResNet-10 of three stages for photos of 40 x 40, from scratch; see resnet18_digits.py.
_base_ = "resnet18_digits.py"
model = dict(
    backbone=dict(
        _delete_=True,
        type="mmpartial.ResNet10",
        stem_channels=16,
        base_channels=32,
        num_stages=3,
        strides=(2, 2, 2),
        dilations=(1, 1, 1),
        out_indices=(2,),
        zero_init_residual=False,
        init_cfg=[],
    ),
    head=dict(in_channels=128),
)

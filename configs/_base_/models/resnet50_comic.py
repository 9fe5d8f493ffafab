# The whole of COMIC: three networks on frozen backbones; the balanced one scores the images.
_base_ = "resnet50.py"
model = dict(
    type="mmpartial.COMICClassifier",
    backbone=dict(frozen_stages=4),
    neck=dict(
        _delete_=True, type="mmpartial.LogSoftmaxProjection", in_channels=2048, out_channels=1024
    ),
    head=dict(in_channels=1024),
)

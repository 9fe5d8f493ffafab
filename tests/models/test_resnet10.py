"""The small backbone: shapes, layout, size."""

import pytest
import torch
from mmpretrain.models.backbones.resnet import BasicBlock

from mmpartial.registry import MODELS

SMALL = dict(
    type="mmpartial.ResNet10", stem_channels=4, base_channels=8, num_stages=3,
    dilations=(1, 1, 1), zero_init_residual=False, init_cfg=[],
)  # fmt: skip


def resnet10(**options):
    torch.manual_seed(0)
    model = MODELS.build(SMALL | dict(strides=(1, 2, 2), out_indices=(2,)) | options)
    model.eval()
    return model


@pytest.mark.parametrize("strides, sides", [((1, 2, 2), (20, 10, 5)), ((2, 2, 2), (10, 5, 3))])
def test_shapes_without_max_pooling(strides, sides):
    """The stem halves 40 to 20, and nothing but the strides of the stages after it does."""
    maps = resnet10(strides=strides, out_indices=(0, 1, 2))(torch.randn(2, 3, 40, 40))
    channels = (8, 16, 32)
    assert [tuple(m.shape) for m in maps] == [
        (2, c, side, side) for c, side in zip(channels, sides, strict=True)
    ]


def test_one_block_a_stage():
    model = resnet10()
    assert sum(isinstance(module, BasicBlock) for module in model.modules()) == 3
    # Two 3 x 3 convolutions a block, a 1 x 1 one where the channels change; the stem is 7 x 7.
    convolutions = 3 * 4 * 49 + sum(
        9 * (i * o + o * o) + (i * o if i != o else 0) for i, o in ((4, 8), (8, 16), (16, 32))
    )
    norms = 2 * (4 + 3 * (8 + 16 + 32))  # scale and shift of the stem, the blocks, the shortcuts
    assert sum(p.numel() for p in model.parameters()) == convolutions + norms


def test_the_layout_of_the_images_does_not_matter():
    model, images = resnet10(), torch.randn(2, 3, 40, 40)
    (plain,) = model(images)
    (other,) = model(images.contiguous(memory_format=torch.channels_last))
    torch.testing.assert_close(plain, other, rtol=0, atol=0)
    assert plain.is_contiguous(memory_format=torch.channels_last)
    stock = super(type(model), model).forward(images)[0]  # in the layout that it was given
    torch.testing.assert_close(plain, stock, rtol=1e-4, atol=1e-5)

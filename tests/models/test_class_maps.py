"""Class maps of networks of several kinds."""

import pytest
import torch
from mmengine.registry import init_default_scope
from torch import nn

from mmpartial.apis import load_model
from mmpartial.models.class_maps import class_maps, likely_classes
from mmpartial.registry import MODELS
from tests.checkpoints import HEAD, NETWORK, save_frozen, save_whole

POOLING = dict(type="GlobalAveragePooling")
VIT = dict(
    type="VisionTransformer", img_size=32, patch_size=8, out_type="featmap",
    arch=dict(embed_dims=16, num_layers=1, num_heads=2, feedforward_channels=16),
)  # fmt: skip
SWIN = dict(
    type="SwinTransformer", img_size=32, window_size=2, patch_size=2,
    arch=dict(embed_dims=2, depths=[1] * 4, num_heads=[1] * 4),
)  # fmt: skip


class Channels(nn.Module):
    """A backbone whose map has the channels last, as timm's Swin gives it."""

    def forward(self, images):
        return (images[:, :1].repeat(1, 16, 1, 1)[:, :, ::8, ::8].movedim(1, 3),)


class WholeMap(nn.Module):
    """A neck that looks at all places of a map together."""

    def __init__(self):
        super().__init__()
        self.linear = nn.LazyLinear(16)

    def forward(self, features):
        return self.linear(features[-1].flatten(1))


def build(backbone, neck=POOLING, **head):
    init_default_scope("mmpretrain")
    torch.manual_seed(0)
    model = dict(type="ImageClassifier", backbone=backbone, neck=neck, head=dict(HEAD, **head))
    model = MODELS.build(model).eval()
    for weight in model.head.parameters():
        nn.init.normal_(weight)
    return model


def check_mean(model):
    """The mean of the maps is the logit."""
    images = torch.randn(3, 3, 32, 32)
    maps = class_maps(model, images)
    with torch.no_grad():
        logits = model(images, mode="tensor")
    assert maps.shape[:2] == (3, 3) and maps[0, 0].numel() > 1
    assert maps.std((2, 3)).min() > 0
    torch.testing.assert_close(maps.mean((2, 3)), logits, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(class_maps(model, images, [2]), maps[:, [2]])


@pytest.mark.parametrize("backbone", [NETWORK["backbone"], VIT, SWIN])
def test_the_mean_of_a_map_is_the_logit(backbone):
    check_mean(build(backbone))


@pytest.mark.parametrize("save", [save_whole, save_frozen])
def test_maps_of_a_checkpoint(save, tmp_path):
    check_mean(load_model(save(tmp_path / "model.pth"), device="cpu"))


def test_channels_last():
    model = build(VIT, dict(type="mmpartial.ChannelsLastPooling"))
    model.backbone = Channels()
    check_mean(model)


def test_boostlu_has_its_own_maps():
    model = build(NETWORK["backbone"], None, type="mmpartial.BoostLUHead")
    check_mean(model)
    images = torch.randn(2, 3, 32, 32)
    with torch.no_grad():
        own = model.head.class_maps(model.extract_feat(images))
    torch.testing.assert_close(class_maps(model, images), own)


def test_csra_has_its_own_scores():
    head = dict(type="mmpartial.QSamplingCSRAHead", num_heads=1, lam=0.5)
    model = build(NETWORK["backbone"], None, **head)
    images = torch.randn(2, 3, 32, 32)
    with torch.no_grad():
        (csra,) = model.head.csra_heads
        weight = csra.head.weight
        scores = csra.head(model.extract_feat(images)[-1]) / weight.norm(dim=1)[None]
    torch.testing.assert_close(class_maps(model, images), 1.5 * scores)


def test_a_neck_that_needs_the_whole_map():
    model = build(NETWORK["backbone"])
    model.neck = WholeMap()
    with pytest.raises(ValueError, match="the layers after the feature map take no single place"):
        class_maps(model, torch.randn(2, 3, 32, 32))


def test_classes_that_are_worth_a_map():
    scores, positive = torch.tensor([0.4, 0.9, 0.6]), torch.tensor([True, False, True])
    assert likely_classes(scores, positive, 7) == [2, 0]
    assert likely_classes(scores, positive, 1) == [2]
    assert likely_classes(scores, positive & False, 7) == [1]


def test_a_vector_has_no_map():
    model = build(dict(VIT, out_type="cls_token"), None)
    with pytest.raises(ValueError, match=r"features of shape \(2, 16\), not a map.*'featmap'"):
        class_maps(model, torch.randn(2, 3, 32, 32))

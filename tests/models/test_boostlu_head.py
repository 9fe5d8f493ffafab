"""The boosted head: the authors' numbers, other layouts, and a linear head's weights."""

import pytest
import torch
import torch.nn.functional as F
from mmpretrain.models.heads import MultiLabelLinearClsHead
from mmpretrain.structures import DataSample

from mmpartial.models import BoostLUHead, LargeLoss
from mmpartial.testing import at_epoch
from tests.models.golden import Golden

GOLDEN = Golden("boostlu")
VARIANTS = sorted({key.split("/")[1] for key in GOLDEN.data if key.endswith("/loss")})
CASES = [key.split("/")[0] for key in GOLDEN.data if key.endswith("/features")]
BCE = dict(type="mmpartial.PartialBCELoss")


def head(alpha=5.0, **options):
    return BoostLUHead(num_classes=7, in_channels=5, alpha=alpha, **{"loss": BCE, **options})


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("case", CASES)
def test_equals_the_authors(case, variant):
    """Logits, loss and gradients with respect to logits, features, weight and bias."""
    alpha, mode, epoch, delta = variant.split("_")
    loss = LargeLoss(mode=mode, delta=float(delta[1:]), safe_threshold=False)
    model = head(float(alpha[1:]), loss=loss).double()
    features, weight, bias = (GOLDEN[f"{case}/{k}"] for k in ("features", "weight", "bias"))
    model.load_state_dict({"fc.weight": weight, "fc.bias": bias})
    logits = model((features.requires_grad_(),))
    torch.testing.assert_close(logits, GOLDEN[f"{case}/{alpha}/logits"])
    logits.retain_grad()
    with at_epoch(int(epoch[2:]) - 1):
        value = loss(logits, GOLDEN.target(case))
    value.backward()
    key = f"{case}/{variant}"
    torch.testing.assert_close(value.detach(), GOLDEN[f"{key}/loss"], rtol=1e-6, atol=1e-12)
    found = dict(grad=logits, grad_features=features, grad_weight=model.fc.weight,
                 grad_bias=model.fc.bias)  # fmt: skip
    for name, tensor in found.items():
        expected = GOLDEN[f"{key}/{name}"]
        torch.testing.assert_close(tensor.grad, expected, rtol=1e-6, atol=1e-10, msg=name)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("case", CASES)
def test_the_labels_that_change_are_the_authors(case, variant):
    """LL-Cp stores all of them, unlike the code of LL-Cp itself."""
    alpha, mode, epoch, delta = variant.split("_")
    loss = LargeLoss(mode=mode, delta=float(delta[1:]), safe_threshold=False, store_kth=True)
    with at_epoch(int(epoch[2:]) - 1):
        loss(GOLDEN[f"{case}/{alpha}/logits"], GOLDEN.target(case))
    expected = GOLDEN[f"{case}/{variant}/corr"].bool()
    assert loss.diagnostics.get("modified", 0) == expected.sum()
    if mode == "LL-Cp":
        assert torch.equal(loss.corrections, expected)


def test_alpha_1_is_the_linear_head_and_its_weights_load_both_ways():
    linear, feats = MultiLabelLinearClsHead(num_classes=7, in_channels=5), torch.randn(3, 5, 2, 4)
    model = head(alpha=1)
    model.load_state_dict(linear.state_dict())
    linear.load_state_dict(model.state_dict())
    torch.testing.assert_close(model((feats,)), linear((feats.mean((2, 3)),)))


def test_class_maps_and_predictions():
    model, feats = head(), (torch.randn(2, 9, 1, 1), torch.randn(2, 5, 3, 4))
    plain = F.linear(feats[1].movedim(1, 3), model.fc.weight, model.fc.bias).movedim(3, 1)
    maps = model.class_maps(feats)
    torch.testing.assert_close(maps, plain.clamp(min=0) * 5 + plain.clamp(max=0))
    torch.testing.assert_close(model(feats), maps.flatten(2).mean(2))
    score = torch.stack([sample.pred_score for sample in model.predict(feats)])
    torch.testing.assert_close(score, model(feats).sigmoid())


def test_channels_last_and_q_sampling():
    model, feats = head(q=0.5), torch.randn(2, 3, 4, 5)
    torch.testing.assert_close(model((feats,)), model((feats.movedim(3, 1),)))
    samples = [DataSample().set_gt_score(torch.full((7,), -1.0)) for _ in range(2)]
    for row, sample in enumerate(samples):
        sample.set_field(row, "row", field_type="metainfo")
    model.loss((feats,), samples)["loss"].backward()
    assert model.output.labels.selected.sum(1).tolist() == [4, 4] and model.fc.weight.grad.any()


@pytest.mark.parametrize("shape, message", [
    ((2, 5), "one vector for each image, but BoostLUHead needs a map: set model.neck=None"),
    ((2, 9, 5), "tokens, but BoostLUHead needs a map: .*model.backbone.out_type='featmap'"),
    ((2, 6, 3, 4), r"\(2, 6, 3, 4\), but model.head.in_channels=5: set it to the number"),
])  # fmt: skip
def test_features_that_are_no_map(shape, message):
    with pytest.raises(ValueError, match=message):
        head()((torch.randn(shape),))


def test_an_alpha_that_boosts_nothing():
    with pytest.raises(ValueError, match="alpha=0.2 is below 1"):
        head(alpha=0.2)

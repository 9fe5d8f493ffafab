"""Value and gradient of every compared method equal those of its authors' code.

These golden numbers have no use here: ``pr`` of cole.npz is no method of ours, the gradient of
``cb_avg_w`` of db.npz is not a number without positives, and ``freq/80`` of db.npz and ``dist/80``
of comic.npz belong to cases that are not in the files.
"""

import numpy as np
import pytest
import torch

from mmpartial.labels import LabelBatch
from mmpartial.models import (
    DistributionBalancedLoss,
    EntropyMaximizationLoss,
    ExpectedPositiveLoss,
    HillLoss,
    LargeLoss,
    PartialAsymmetricLoss,
    PartialBCELoss,
    PartialFocalLoss,
    PartialLabelMaskingLoss,
    ROLELoss,
    SPLCLoss,
    WeakAssumeNegativeLoss,
)
from mmpartial.testing import at_epoch
from tests.models.golden import Golden, check

COLE, ROLE, EM, LL, ASL = map(Golden, ("cole", "role", "em", "ll", "asl"))
FOCAL, HILL, CSL, DB, HCP = map(Golden, ("focal", "hill_splc", "csl", "db", "hcp"))


def bce(**options):
    return PartialBCELoss(eps="cole", **options)


SIMPLE = {
    (COLE, "bce"): bce(),
    (COLE, "bce_ls_0.1"): bce(label_smoothing=0.1),
    (COLE, "an"): bce(),
    (COLE, "an_ls_0.1"): bce(label_smoothing=0.1),
    (COLE, "wan"): WeakAssumeNegativeLoss(),
    (COLE, "iu"): bce(unknown="ignore"),
    (COLE, "iun"): bce(unknown="ignore"),
    (COLE, "epr_k2.9"): ExpectedPositiveLoss(expected_positives=2.9),
    (COLE, "epr_k1.5"): ExpectedPositiveLoss(expected_positives=1.5),
    (EM, "iun_spml"): bce(unknown="ignore"),
    (HCP, "bce_margin0"): PartialBCELoss(unknown="ignore", average="known"),
    (HCP, "asl"): PartialAsymmetricLoss(
        gamma_neg=4,
        gamma_pos=1,
        gamma_unknown=4,
        clip=0.05,
        average="element",
        unknown="ignore",
        detach_focal=False,
    ),
    (ASL, "bce"): PartialAsymmetricLoss(gamma_neg=0, gamma_unknown=0),
    (ASL, "focal2"): PartialAsymmetricLoss(gamma_pos=2, gamma_neg=2, gamma_unknown=2),
    (FOCAL, "db_bp0.25"): PartialFocalLoss(average="sum"),
    (FOCAL, "db_bp2"): PartialFocalLoss(balance_param=2.0, average="sum"),
    (FOCAL, "comic"): PartialFocalLoss(average="sum"),
    (HILL, "hill"): HillLoss(),
    (HILL, "hill_m0.5"): HillLoss(margin=0.5),
} | {
    (ASL, name): PartialAsymmetricLoss(
        **dict(gamma_neg=4, gamma_unknown=4, gamma_pos=1, clip=0.05) | options
    )
    for name, options in {
        "default": {},
        "recipe_g4_0_c0.05": dict(gamma_pos=0),
        "g4_1_c0.05_gradfocal": dict(detach_focal=False),
        "optimized_default": dict(detach_focal=False),
    }.items()
}


def pairs(golden, variants):
    return [(golden, case, variant) for variant in variants for case in golden.cases(variant)]


@pytest.mark.parametrize(
    "golden, case, variant", [p for g, v in SIMPLE for p in pairs(g, [v])],
    ids=lambda v: v if isinstance(v, str) else "",
)  # fmt: skip
def test_stateless(golden, case, variant):
    check(SIMPLE[golden, variant], golden, case, variant)


@pytest.mark.parametrize("case", ROLE.cases("role"))
def test_role(case):
    estimate = ROLE[f"{case}/est_logits"].requires_grad_()
    check(ROLELoss(expected_positives=2.9), ROLE, case, "role", pseudo=estimate.sigmoid())
    expected = ROLE[f"{case}/role/grad_est"]
    torch.testing.assert_close(estimate.grad, expected, rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("alpha", [0.1, 0.2])
@pytest.mark.parametrize("case", EM.cases("em_a0.1"))
def test_em(case, alpha):
    """The authors have no known negatives: their numbers are for unknown ones in their place."""
    target = torch.where(EM.target(case) == 1, 1.0, -1.0).double()
    check(EntropyMaximizationLoss(alpha=alpha), EM, case, f"em_a{alpha}", target)


@pytest.mark.parametrize("case", EM.cases("em_apl_a0.1_b0.9"))
def test_em_apl(case):
    observed = EM[f"{case}/apl_obs"]
    target = torch.where(observed == 1, 1.0, -1.0).double()
    pseudo = torch.where(observed < 0, -observed, torch.nan)
    check(EntropyMaximizationLoss(), EM, case, "em_apl_a0.1_b0.9", target, pseudo=pseudo)


@pytest.mark.parametrize("tau, epoch", [(0.6, 0), (0.6, 1), (0.65, 1)])
@pytest.mark.parametrize("case", HILL.cases("splc_ep0_tau0.6"))
def test_splc(case, tau, epoch):
    loss = SPLCLoss(tau=tau, protect_known=False)
    with at_epoch(epoch):
        check(loss, HILL, case, f"splc_ep{epoch}_tau{tau}")


@pytest.mark.parametrize("mode", ["LL-R", "LL-Ct", "LL-Cp"])
@pytest.mark.parametrize("epoch, delta", [(1, 0.002), (2, 0.002), (5, 0.002), (3, 0.1)])
@pytest.mark.parametrize("case", LL.cases("LL-R_ep1_d0.002"))
def test_large_loss(case, mode, epoch, delta):
    loss = LargeLoss(mode=mode, delta=delta, safe_threshold=False)
    variant = f"{mode}_ep{epoch}_d{delta}"
    with at_epoch(epoch - 1):
        check(loss, LL, case, variant)
    above = LL[f"{case}/{variant}/corr"].bool()  # the losses above the k-th
    if mode == "LL-Cp":
        stored = torch.zeros(4, 7).bool() if loss.corrections is None else loss.corrections
        assert torch.equal(stored, above)
    if case != "all_known_4x7":  # there all losses are equal to the k-th
        assert loss.diagnostics.get("modified", 0) == above.sum() + (epoch > 1)


def csl_variants():
    options = {
        "none_ce": (0, 0, 0), "negative_ce": (0, 0, 0), "negative_default": (0, 1, 2),
        "negative_asl_4_1": (1, 4, 4), "negative_alpha": (0, 1, 2), "ignore_ce": (0, 0, 0),
        "ignore_pasl": (0, 1, 4), "ignore_norm": (0, 0, 0), "selective_k1": (0, 1, 4),
        "selective_k0": (0, 1, 4), "selective_k5_rps": (0, 1, 4), "selective_k5_fpc": (0, 3, 4),
        "selective_k1_prior": (0, 1, 4), "selective_k1_prior_clip": (1, 3, 4),
        "selective_k0_prior": (0, 1, 4),
    }  # fmt: skip
    more = {
        "negative_asl_4_1": dict(clip=0.05),
        "negative_alpha": dict(alpha_pos=1.5, alpha_neg=0.7, alpha_unknown=0.3),
        "selective_k1": dict(likelihood_topk=1),
        "selective_k0": dict(likelihood_topk=0),
        "selective_k5_rps": dict(prior_threshold=0.5),
        "selective_k5_fpc": dict(prior_threshold=0.5),
        "selective_k1_prior": dict(likelihood_topk=1, prior_threshold=0.5),
        "selective_k1_prior_clip": dict(likelihood_topk=1, prior_threshold=0.5, clip=0.05),
        "selective_k0_prior": dict(likelihood_topk=0),
    }
    for name, (positive, negative, unknown) in options.items():
        mode = {"none": "negative", "ignore_norm": "ignore_normalize_classes"}
        mode = mode.get(name, mode.get(name.split("_")[0], name.split("_")[0]))
        yield name, dict(gamma_pos=positive, gamma_neg=negative, gamma_unknown=unknown,
                         unknown=mode, **more.get(name, {}))  # fmt: skip


@pytest.mark.parametrize("variant, options", csl_variants(), ids=lambda v: str(v)[:24])
@pytest.mark.parametrize("case", CSL.cases("none_ce"))
def test_csl(case, variant, options):
    if variant in ("selective_k5_rps", "selective_k5_fpc") or variant.endswith(("prior", "clip")):
        options = options | dict(prior=CSL[f"{case}/prior"].tolist())
    loss = PartialAsymmetricLoss(**options)
    check(loss, CSL, case, variant)
    logits, target = CSL[f"{case}/logits"], CSL.target(case)
    weight = loss.weight(logits, LabelBatch.from_target(target))
    expected = CSL[f"{case}/{variant}/weights"]
    torch.testing.assert_close(torch.ones_like(logits) if weight is None else weight, expected)


DB_OPTIONS = {
    "coco": {},
    "voc": dict(mu=0.3, neg_scale=5.0),
    "coco_nofocal": dict(focal=False, average="element"),
    "coco_noreg": dict(neg_scale=1.0, init_bias=0.0),
    "rebalance_only": dict(neg_scale=1.0, init_bias=0.0, focal=False, average="element"),
    "cb_focal": dict(reweight="CB", neg_scale=1.0, init_bias=0.0),
    "cb_avg_w": dict(reweight="CB", cb_mode="average_w", neg_scale=1.0, init_bias=0.0),
    "inv_bce": dict(reweight="inv", neg_scale=1.0, init_bias=0.0, focal=False, average="element"),
    "sqrt_inv_bce": dict(
        reweight="sqrt_inv", neg_scale=1.0, init_bias=0.0, focal=False, average="element"
    ),
}


@pytest.mark.parametrize("variant", DB_OPTIONS)
@pytest.mark.parametrize("case", DB.cases("coco"))
def test_db(case, variant):
    counts = DB["freq/7"].tolist()
    options = dict(average="sum") | DB_OPTIONS[variant]
    loss = DistributionBalancedLoss(class_counts=counts, num_images=1000, **options)
    if DB[f"{case}/{variant}/loss"].isnan().any():  # theirs divides by no positives
        logits = DB[f"{case}/logits"]
        assert torch.isfinite(loss(logits, DB.target(case)))
        return
    check(loss, DB, case, variant, rtol=2e-5, atol=1e-9)  # they focus in float32


def test_plm():
    data = Golden("plm")
    y, p = data["y_true"], data["y_pred"]
    loss = PartialLabelMaskingLoss(
        loss=dict(type="mmpartial.PartialBCELoss"), positive_ratio=data["positive_ratio"].tolist()
    )
    loss.ideal = data["ideal_ratio"]
    head = data["positive_ratio"] > data["ideal_ratio"]
    u = torch.where(head, data["u_head"], data["u_tail"])
    mask = loss.mask_of(y, u)
    assert torch.equal(mask, data["mask"].bool())

    loss.mask = lambda labels: mask.double()
    value = loss(torch.logit(p), y)
    torch.testing.assert_close(value, data["masked_bce"].reshape(()), rtol=1e-5, atol=0)
    torch.testing.assert_close(loss.histogram[0], data["hist_pos_pred"])
    torch.testing.assert_close(loss.histogram[1], data["hist_neg_pred"])
    for name, bin_of_all in (("hist_pos_true", -1), ("hist_neg_true", 0)):  # ours are constants
        assert torch.equal(data[name][bin_of_all], data[name].sum(0))
    difference = loss.divergence_difference()
    torch.testing.assert_close(difference, data["divergence_difference"], rtol=1e-6, atol=1e-9)
    loss.update_ratio()
    torch.testing.assert_close(loss.ideal, data["ideal_ratio_next"], rtol=1e-6, atol=0)
    assert not loss.histogram.any()


def test_plm_equals_the_keras_port():
    """Which takes two of the four histograms for each other."""
    data, port = Golden("plm"), Golden("plm_tf")
    for name, its in (("hist_pos_true", "hist_pos_true"), ("hist_neg_true", "hist_pos_pred")):
        assert torch.equal(data[name], port[its])
    loss = PartialLabelMaskingLoss(
        loss=dict(type="mmpartial.PartialBCELoss"), positive_ratio=[1.0] * 7, average="image"
    )
    values = []
    each = zip(torch.logit(data["y_pred"]), data["y_true"], data["mask"], strict=True)
    for logits, y, mask in each:
        loss.mask = lambda labels, mask=mask: mask
        values.append(loss(logits[None], y[None]) / 7)
    torch.testing.assert_close(
        torch.stack(values), data["masked_bce_per_sample"], rtol=1e-5, atol=1e-6
    )
    np.testing.assert_allclose(torch.stack(values), port["loss_per_sample"], rtol=1e-5, atol=1e-6)
    torch.testing.assert_close(loss.histogram[0], port["hist_neg_true"])
    torch.testing.assert_close(loss.histogram[1], port["hist_neg_pred"])


def test_plain_bce_is_torchs():
    data = Golden("bce_torch")
    for case in data.cases("known_only"):
        loss = PartialBCELoss(unknown="ignore", average="sum")
        check(loss, data, case, "known_only")

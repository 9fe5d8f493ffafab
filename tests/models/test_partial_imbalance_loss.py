"""The loss against the derived golden numbers, a NumPy restatement, and its own claims."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from mmengine import Config

from mmpartial.labels import LabelBatch
from mmpartial.models.losses import PartialImbalanceLoss
from mmpartial.registry import MODELS
from mmpartial.testing import at_epoch, set_up

GOLDEN = np.load(Path(__file__).parents[1] / "data" / "ours_derived.npz")
PAPER = dict(
    gamma=0.05,
    unknown_weight=1.0,
    unknown_scale="parts",
    gate=None,
    pseudo_weighting="ratio",
    ratio_mode="soft",
    ratio_power=1.0,
    smoothing=0.0,
)
VARIANTS = {
    "rec": {},
    "known_over_all": dict(ratio_mode="known_over_all"),
    "known_over_known": dict(ratio_mode="known_over_known"),
    "soft_used": dict(ratio_mode="soft_used"),
    "d_printed": {},
    "p_printed": dict(p_mode="printed"),
    "ec17_d1": {},
    "no_d_no_p": dict(p_mode="off"),
    "pseudo_unweighted": dict(pseudo_weighting="none"),
    "fixed_half": dict(ratio_mode="fixed"),
    "per_part": dict(ratio_mode="per_part"),
}
CASES = sorted({key.split("/")[0] for key in GOLDEN.files})


def missing_negatives(share, shown, limit):
    """The gate as its words say: the part of a fair sample's negatives that is missing."""
    if shown <= limit or share == 0:
        return 0.0 if shown <= limit else 1 - limit / shown
    fair = share * limit / shown
    return 1 - ((1 - share) / share) / ((1 - fair) / fair)


def restated(x, target, selected, pseudo, o):
    """Equation (12) entry by entry in float64 Python; returns the loss."""
    B, L = x.shape
    known = target >= 0
    ones = [1] if o["ratio_scope"] == "batch" else range(L)
    cols = (lambda c: slice(None)) if o["ratio_scope"] == "batch" else (lambda c: slice(c, c + 1))

    pos, neg = target[known].sum(), known.sum() - target[known].sum()
    gate = 1.0
    if o["gate"] is not None and neg > 0:
        share = pos / (pos + neg)
        limit = L**0.5 if o["gate"] == "auto" else o["gate"]
        gate = missing_negatives(share, share * L, limit)

    def ratios(c):
        k, s = known[:, cols(c)], selected[:, cols(c)]
        t, z = target[:, cols(c)], pseudo[:, cols(c)]
        pos, every = t[k].sum(), k.size
        unknown_sum, unknown = z[~k].sum(), (~k).sum()
        first = {
            "gated": (pos + gate * unknown_sum) / max(1e-6, k.sum() + gate * unknown),
            "soft": (pos + unknown_sum) / every,
            "soft_used": (pos + z[s].sum()) / max(1, k.sum() + s.sum()),
            "known_over_all": pos / every,
            "per_part": pos / every,
            "known_over_known": pos / max(1, k.sum()),
            "fixed": 0.5,
        }[o["ratio_mode"]]
        second = unknown_sum / max(1, unknown) if o["ratio_mode"] == "per_part" else first
        sigma = min(0.1, o["smoothing"] * first)
        if o["ratio_mode"] == "fixed":
            return 0.5, 0.5, sigma
        return *(max(power(v), o["gamma"]) for v in (first, second)), sigma

    def power(v):
        if o["ratio_power"] == 1:
            return v
        v = min(1 - 1e-6, max(1e-6, v))
        odds = (v / (1 - v)) ** o["ratio_power"]
        return min(odds / (1 + odds), 1 - o["gamma"])

    beta = {c: ratios(c) for c in ones}
    total = 0.0
    with np.errstate(over="ignore"):
        prob = 1 / (1 + np.exp(-x))
    for i in range(B):
        parts = [0.0, 0.0]
        for c in range(L):
            which = 0 if known[i, c] else 1
            if which == 1 and not selected[i, c]:
                continue
            *betas, sigma = beta[c if o["ratio_scope"] == "class" else 1]
            b = betas[which]
            a = 1 - b
            if which == 1 and o["pseudo_weighting"] == "none":
                a = b = 1.0
            tau = target[i, c] if which == 0 else pseudo[i, c]
            if which == 1 and o["chance"] is not None:  # halfway through the training
                slope, offset = (sum(pair) / 2 for pair in o["chance"])
                tau = 1 / (1 + np.exp(-slope * tau - offset))
            else:
                low = min(sigma, o["negative_smoothing"])
                tau = low + (1 - low - sigma) * tau
            plus, minus = np.logaddexp(0, -x[i, c]), np.logaddexp(0, x[i, c])
            if which == 1 and o["bound_at"] is not None:  # halfway through the training
                bound = 0.5 / max(o["bound_at"], 0.5)
                minus = (1 - bound) * minus + bound * prob[i, c]
            parts[which] += a * tau * plus + b * (1 - tau) * minus
        scope = prob[i] if o["p_scope"] == "image" else prob
        some = (scope > o["p_thr"]).any()
        p = {"off": 1, "text": 1 if some else 2, "printed": 2 if some else 1}[o["p_mode"]]
        if o["unknown_scale"] == "parts":
            share = 1 / max(1, known[i].sum()), 1 / max(1, selected[i].sum())
        else:
            share = 1 / L, (~known[i]).sum() / max(1, selected[i].sum()) / L
        total += p * parts[0] * share[0]
        total += p * o["d"] * o["unknown_weight"] * gate * parts[1] * share[1]
    return total / B if o["average"] == "image" else total


BATCH = dict(gamma=0.05, ratio_mode="gated", ratio_power=0.5)  # proportions of the batch
DEFAULTS = dict(
    gamma=0.05, ratio_mode="gated", ratio_power=0.5, ratio_scope="batch", smoothing=0.0,
    pseudo_weighting="ratio", unknown_weight=1.0, unknown_scale="labels", gate="auto",
    p_mode="text", p_thr=0.1, p_scope="image", average="image", chance=None, bound_at=None,
    negative_smoothing=0.1,
)  # fmt: skip


CHANCE = ((0.0, 10.0), (-2.0, -8.0))
ROBUST = dict(chance=CHANCE, bound_at=0.0)


def batch(seed, B, L, shares=(0.2, 0.4, 0.4)):
    rng = np.random.default_rng(seed)
    target = rng.choice([1.0, 0.0, -1.0], size=(B, L), p=shares)
    selected = (target == -1) & (rng.random((B, L)) < 0.6)
    return rng.normal(-1, 3, (B, L)), target, selected, rng.random((B, L))


def evaluate(loss, x, target, selected, pseudo):
    x = torch.tensor(x, requires_grad=True)
    labels = LabelBatch(
        torch.tensor(target, dtype=torch.float64), torch.tensor(selected), torch.tensor(pseudo)
    )
    value = loss(x, labels)
    value.backward()
    return value.item(), x.grad.numpy()


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("variant", VARIANTS)
def test_golden(case, variant):
    loss = PartialImbalanceLoss(**{**PAPER, **VARIANTS[variant]})
    names = ("loss", "grad", "alpha", "beta", "d", "p")
    golden = {k: GOLDEN[f"{case}/{variant}/{k}"] for k in names}
    loss.d_schedule = lambda progress: float(golden["d"])
    x, target, selected, pseudo = (
        GOLDEN[f"{case}/{k}"].astype(kind)
        for k, kind in dict(logits=float, target=float, select=bool, pseudo=float).items()
    )
    value, grad = evaluate(loss, x, target, selected, pseudo)
    assert value == pytest.approx(float(golden["loss"]), rel=1e-6)
    np.testing.assert_allclose(grad, golden["grad"], rtol=1e-6, atol=1e-12)
    assert float(loss.diagnostics["alpha"]) == pytest.approx(float(golden["alpha"]), rel=1e-6)
    assert float(loss.diagnostics["beta"]) == pytest.approx(float(golden["beta"]), rel=1e-6)
    doubled = loss.diagnostics.get("doubled", torch.zeros(len(x), 1))  # logged where p is on
    np.testing.assert_array_equal(1 + doubled.flatten(), golden["p"])
    assert ("doubled" in loss.diagnostics) == (loss.penalty.mode != "off")
    balance = loss.proportions.of(LabelBatch(*map(torch.tensor, (target, selected, pseudo))))
    loss.proportions.of = lambda labels: balance  # that of the batch, for each image by itself
    images = ([part[i : i + 1] for part in (x, target, selected, pseudo)] for i in range(len(x)))
    each = [evaluate(loss, *image)[0] for image in images]
    np.testing.assert_allclose(each, GOLDEN[f"{case}/{variant}/loss_per_image"], rtol=1e-6)
    if variant == "per_part":
        found = balance.beta_unknown.item()
        assert found == pytest.approx(float(GOLDEN[f"{case}/per_part/beta_pseudo"]), rel=1e-6)


options = st.fixed_dictionaries(
    dict(
        ratio_mode=st.sampled_from(
            [
                "gated",
                "per_part",
                "soft",
                "soft_used",
                "known_over_all",
                "known_over_known",
                "fixed",
            ]
        ),
        ratio_power=st.sampled_from([0.0, 0.5, 1.0]),
        smoothing=st.sampled_from([0.0, 0.3, 1.0]),
        negative_smoothing=st.sampled_from([0.0, 0.01, 0.1]),
        ratio_scope=st.sampled_from(["batch", "class"]),
        pseudo_weighting=st.sampled_from(["none", "ratio"]),
        gate=st.sampled_from([None, "auto", 1.0, 4.0]),
        unknown_weight=st.sampled_from([0.5, 1.0, 2.0]),
        unknown_scale=st.sampled_from(["labels", "parts"]),
        p_mode=st.sampled_from(["text", "printed", "off"]),
        p_scope=st.sampled_from(["image", "batch"]),
        average=st.sampled_from(["image", "sum"]),
        gamma=st.sampled_from([0.05, 0.3]),
        chance=st.sampled_from([None, CHANCE, ((1.0, 3.0), (-1.0, 0.0))]),
        bound_at=st.sampled_from([None, 0.0, 0.5, 0.8]),
    )
)
shares = st.sampled_from(
    [(0.2, 0.4, 0.4), (0.5, 0.5, 0.0), (0.1, 0.0, 0.9), (0.0, 0.0, 1.0), (0.0, 0.5, 0.5)]
)


@settings(max_examples=150, deadline=None)
@given(options, shares, st.integers(1, 6), st.integers(1, 9), st.integers(0, 2**31), st.booleans())
def test_equals_the_restatement(chosen, share, B, L, seed, later):
    x, target, selected, pseudo = batch(seed, B, L, share)
    loss = PartialImbalanceLoss(**chosen)
    loss.d_schedule = (lambda progress: 1.3) if later else None
    with at_epoch(50, 100):
        value, _ = evaluate(loss, x, target, selected, pseudo)
    expected = restated(x, target, selected, pseudo, {**DEFAULTS, **chosen, "d": loss.d})
    assert value == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert ("d" in loss.diagnostics) == later  # logged where it is scheduled


@settings(max_examples=60, deadline=None)
@given(options, shares, st.integers(1, 6), st.integers(1, 9), st.integers(0, 2**31))
def test_all_selected_is_only_faster(chosen, share, B, L, seed):
    """The head says so with q = 1; what is computed then is what the mask alone would give."""
    x, target, _, pseudo = batch(seed, B, L, share)
    loss, unknown = PartialImbalanceLoss(**chosen), target == -1
    slow, slow_grad = evaluate(loss, x, target, unknown, pseudo)
    fast = torch.tensor(x, requires_grad=True)
    mask, labels = torch.tensor(unknown), (torch.tensor(target), torch.tensor(pseudo))
    value = loss(fast, LabelBatch(labels[0], mask, labels[1], all_selected=True))
    value.backward()
    assert value.item() == pytest.approx(slow, rel=1e-12, abs=1e-15)
    np.testing.assert_allclose(fast.grad.numpy(), slow_grad, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize(
    "chosen", [BATCH, BATCH | ROBUST, PAPER, {**PAPER, "ratio_scope": "class"}]
)
def test_gradcheck(chosen):
    x, target, selected, pseudo = batch(3, 4, 6)
    labels = LabelBatch(*(torch.tensor(v) for v in (target, selected, pseudo)))
    loss = PartialImbalanceLoss(**chosen)
    logits = torch.tensor(x, requires_grad=True)
    assert torch.autograd.gradcheck(lambda v: loss(v, labels), (logits,))


def test_all_known_is_weighted_bce_and_needs_no_pseudo_labels():
    x, target, _, _ = batch(0, 5, 7, (0.3, 0.7, 0.0))
    loss = PartialImbalanceLoss(**{**BATCH, "ratio_power": 1.0}, p_mode="off", smoothing=0.0)
    value = loss(torch.tensor(x), torch.tensor(target))
    beta = max(target.mean(), 0.05)
    expected = np.where(target == 1, (1 - beta) * np.logaddexp(0, -x), beta * np.logaddexp(0, x))
    assert value.item() == pytest.approx(expected.mean(), rel=1e-12)


def test_soft_known_targets():
    x, target, selected, pseudo = batch(1, 3, 4, (0.5, 0.5, 0.0))
    target = target * 0.7 + 0.1
    value, _ = evaluate(PartialImbalanceLoss(**BATCH), x, target, selected, pseudo)
    expected = restated(x, target, selected, pseudo, {**DEFAULTS, "d": 1.0})
    assert value == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("chosen", [BATCH, PAPER])
def test_nothing_known_and_nothing_selected_is_zero_with_a_graph(chosen):
    x = torch.randn(3, 5, requires_grad=True)
    nothing = torch.zeros(3, 5, dtype=torch.bool)
    value = PartialImbalanceLoss(**chosen)(
        x, LabelBatch(-torch.ones(3, 5), nothing, torch.full((3, 5), 0.5))
    )
    value.backward()
    assert value.item() == 0 and (x.grad == 0).all()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
@pytest.mark.parametrize("scale", [50.0, 1000.0])
def test_finite_at_extreme_logits(dtype, scale):
    x, target, selected, pseudo = batch(5, 8, 30)
    logits = torch.tensor(np.sign(x) * scale, dtype=dtype, requires_grad=True)
    labels = LabelBatch(*(torch.tensor(v) for v in (target, selected, pseudo)))
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=dtype != torch.float32):
        value = PartialImbalanceLoss(**BATCH)(logits, labels)
    value.backward()
    assert value.dtype == torch.float32 and torch.isfinite(value)
    assert torch.isfinite(logits.grad).all() and logits.grad.abs().sum() > 0


@pytest.mark.parametrize("num_classes", [1, 100_000])
def test_any_number_of_classes(num_classes):
    x, target, selected, pseudo = batch(2, 2, num_classes)
    x = x.astype(np.float32)
    value, grad = evaluate(PartialImbalanceLoss(**BATCH), x, target, selected, pseudo)
    o = {**DEFAULTS, "d": 1.0}
    expected = restated(x.astype(np.float64), target, selected, pseudo, o)
    assert value == pytest.approx(expected, rel=1e-5)


def test_chance_and_bound_change_nothing_where_unknown_labels_are_left_out():
    x, target, selected, pseudo = batch(2, 6, 9, (0.05, 0.45, 0.5))
    plain, robust = (PartialImbalanceLoss(**BATCH, **options) for options in ({}, ROBUST))
    value, grad = evaluate(plain, x, target, selected, pseudo)
    assert float(plain.diagnostics["gate"]) == 0
    other, other_grad = evaluate(robust, x, target, selected, pseudo)
    assert other == pytest.approx(value, rel=1e-12)
    np.testing.assert_allclose(other_grad, grad, rtol=1e-12)


@pytest.mark.parametrize("positives_only", [True, False])
def test_ratios_of_the_dataset_know_whether_unknown_labels_count(positives_only):
    """Of a dataset that is one batch, ratios counted before training are those of the batch."""
    x, target, _, pseudo = batch(5, 40, 6, (0.1, 0.5, 0.4))
    if positives_only:
        target[target == 0] = -1
    loss = set_up(PartialImbalanceLoss(**ROBUST, p_mode="off"), target.astype(np.int8))
    mode = "known_over_all" if positives_only else "known_over_known"
    counted = dict(
        ratio_mode=mode, ratio_scope="class", gamma=loss.proportions.rule.gamma, p_mode="off"
    )
    gate = None if positives_only else "auto"
    of_batch = PartialImbalanceLoss(**counted, **ROBUST, gate=gate)
    inputs = x, target, target == -1, pseudo
    value, grad = evaluate(loss, *inputs)
    other, other_grad = evaluate(of_batch, *inputs)
    assert loss.proportions.counts_unknown == positives_only
    assert value == pytest.approx(other, rel=1e-6)
    np.testing.assert_allclose(grad, other_grad, rtol=1e-5, atol=1e-12)


@settings(max_examples=40, deadline=None)
@given(st.floats(-8, 8), st.integers(0, 100), st.sampled_from([0.25, 0.5, 1.0]))
def test_the_bound_comes_along_a_line(x, epoch, bound_at):
    """From the cross entropy at first to p at ``bound_at``, and p from then on."""
    labels = LabelBatch(torch.tensor([[-1.0]]), torch.tensor([[True]]), torch.zeros(1, 1))

    def cost(at):
        loss = PartialImbalanceLoss(**BATCH, smoothing=0.0, bound_at=at, p_mode="off")
        return loss(torch.tensor([[x]]), labels).item()

    with at_epoch(epoch):
        value, logarithmic, bounded = cost(bound_at), cost(None), cost(0.0)
    share = min(1.0, epoch / 100 / bound_at)
    assert value == pytest.approx((1 - share) * logarithmic + share * bounded, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("bound_at", [-0.1, 1.5])
def test_a_bound_outside_of_the_training_is_refused(bound_at):
    with pytest.raises(ValueError, match=r"bound_at=.* is outside \[0, 1\]: give a share"):
        PartialImbalanceLoss(bound_at=bound_at)


def test_a_bounded_negative_lets_go_of_what_the_network_is_sure_of():
    """An unknown label costs at most beta, and a high logit feels hardly any pull."""
    target, unknown = torch.full((1, 3), -1.0), torch.ones(1, 3, dtype=torch.bool)
    target[0, 0], unknown[0, 0] = 1, False
    x = torch.tensor([[0.0, 2.0, 30.0]], requires_grad=True)
    loss = PartialImbalanceLoss(**BATCH, smoothing=0.0, bound_at=0.0, p_mode="off")
    loss(x, LabelBatch(target, unknown, torch.zeros(1, 3))).backward()
    beta, p = float(loss.beta), torch.tensor(2.0).sigmoid().item()
    assert x.grad[0, 1].item() == pytest.approx(beta * p * (1 - p) / 3, rel=1e-5)
    assert abs(x.grad[0, 2].item()) < 1e-9


def test_gate_closes_with_known_negatives():
    target = torch.tensor([[1.0, -1, -1, -1, -1, -1]])
    loss = PartialImbalanceLoss(**BATCH, gate=2.0)  # 3 of 6 classes, 2 of which are believed
    for negatives, gate in ((0, 1.0), (1, 0.5), (2, 0.0), (3, 0.0)):
        target[0, 1 : 1 + negatives] = 0
        labels = LabelBatch(target, target == -1, torch.full_like(target, 0.3))
        loss(torch.zeros(1, 6), labels)
        assert float(loss.diagnostics["gate"]) == pytest.approx(gate)


def test_neither_kind_is_left_out_where_only_one_is_known():
    """Classes positive, or negative, in the whole batch keep a weight of gamma."""
    loss = PartialImbalanceLoss(**BATCH, ratio_scope="class")
    loss(torch.zeros(3, 2), torch.tensor([[1.0, 0.0]] * 3))
    torch.testing.assert_close(loss.diagnostics["beta"], torch.tensor([0.95, 0.05]))


def test_the_literal_ratio_drives_unknowns_to_positive():
    """Why known_over_all is no default: each refresh multiplies the odds by alpha / beta."""
    tau = torch.full((1, 1), 0.2, dtype=torch.float64)
    target, selected = torch.tensor([[-1.0]]), torch.tensor([[True]])
    loss = PartialImbalanceLoss(**{**PAPER, "ratio_mode": "known_over_all", "p_mode": "off"})
    odds = 0.2 / 0.8
    logits = torch.tensor([[np.log(19 * odds)]], requires_grad=True)
    loss(logits, LabelBatch(target, selected, tau)).backward()
    assert logits.grad.abs().item() < 1e-12


@pytest.mark.parametrize(
    "chosen",
    [
        BATCH,
        dict(BATCH, ratio_scope="class"),
        dict(ratio_power=1.0),
        dict(smoothing=0.5, negative_smoothing=0.01),
        dict(smoothing=0.5, negative_smoothing=0.0, power_fades=True),
    ],
    ids=str,
)
@pytest.mark.parametrize("target", [1.0, 0.0, -1.0])
def test_posterior_undoes_weights_and_smoothing(target, chosen):
    """At the minimum over one image's logits the posterior is the target, known or pseudo."""
    _, targets, _, pseudo = batch(4, 6, 9)
    targets[0, 0], pseudo[0, 0] = target, 0.3
    labels = LabelBatch(*(torch.tensor(v) for v in (targets, targets == -1, pseudo)))
    loss = PartialImbalanceLoss(**chosen, gate=None)
    set_up(loss, np.random.default_rng(0).choice([1, 0, -1], size=(30, 9)).astype(np.int8))
    logits = torch.zeros(6, 9, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([logits], max_iter=200, tolerance_grad=1e-14)

    def closure():
        optimizer.zero_grad()
        value = 1e3 * loss(logits, labels)
        value.backward()
        return value

    for _ in range(20):
        optimizer.step(closure)
    found = loss.posterior(logits.detach())[0, 0]
    assert float(found) == pytest.approx(0.3 if target == -1 else target, abs=1e-4)


@pytest.mark.parametrize(
    "chosen, message",
    [
        (dict(ratio_mode="mean"), "ratio_mode='mean': choose one of dataset, gated"),
        (dict(ratio_scope="class"), "ratio_scope='class' is about counts of a batch"),
        (dict(ratio_sync=True), "ratio_sync=True is about counts of a batch"),
        (
            dict(negative_smoothing=-0.1),
            "negative_smoothing=-0.1: give a finite number of 0 or more",
        ),
        (
            dict(ratio_mode="soft", power_fades=True),
            "power_fades=True is about .* ratio_mode='soft' does not",
        ),
        (dict(p_mode="yes"), "p_mode='yes': choose one of text"),
        (dict(unknown_weight="1"), "unknown_weight='1': give a finite number of 0 or more"),
        (dict(gamma=0.0), r"gamma=0.0 is outside \(0, 1\)"),
        (dict(p_thr=1.5), r"p_thr=1.5 is outside \(0, 1\)"),
        (dict(gate=0.0), "gate=0.0 is not positive"),
        (dict(gate="on"), "gate='on': choose 'auto', a number or None"),
        (dict(gate=math.nan), "gate=nan is not positive"),
    ],
)
def test_wrong_options(chosen, message):
    with pytest.raises(ValueError, match=message):
        PartialImbalanceLoss(**chosen)


def test_unknown_labels_without_pseudo_labels():
    with pytest.raises(ValueError, match="PseudoLabelHook"):
        PartialImbalanceLoss(**BATCH)(torch.zeros(1, 2), torch.tensor([[1.0, -1.0]]))


def test_head_of_another_size():
    with pytest.raises(ValueError, match=r"set model.head.num_classes=3"):
        PartialImbalanceLoss(**BATCH)(torch.zeros(1, 2), torch.tensor([[1.0, 0.0, 0.0]]))


def of_dataset(train, o, x, target, selected, pseudo):
    """The loss with p off and a limit for the gate, entry by entry, from training labels."""
    B, L = x.shape
    total = 0.0
    sampled = [c for c in range(L) if (train[:, c] == 0).any()]
    shown = sum((train[:, c] == 1).sum() / (train[:, c] >= 0).sum() for c in sampled)
    for c in range(L):
        P, N, U = ((train[:, c] == state).sum() for state in (1, 0, -1))
        gate = 1.0 if N == 0 else missing_negatives(P / (P + N), shown, o["gate"])
        r = P / max(1, P + N + gate * U)
        sigma, fades = min(0.1, o["smoothing"] * r), o["power_fades"]
        power = min(o["ratio_power"], U / len(train) if fades else 1)
        inside = min(1 - 1e-6, max(1e-6, r))
        odds = (inside / (1 - inside)) ** power
        beta = max(0.002, min(odds / (1 + odds), 0.998))
        if o["ratio_power"] == 1 and not fades:
            beta = max(r, 0.002)
        for i in range(B):
            known = target[i, c] >= 0
            if not known and not selected[i, c]:
                continue
            unknowns = (target[i] == -1).sum()
            stands_for = 1 if known else unknowns / selected[i].sum() * gate
            t = target[i, c] if known else pseudo[i, c]
            low = min(sigma, o["negative_smoothing"])
            t = low + (1 - low - sigma) * t
            plus, minus = np.logaddexp(0, -x[i, c]), np.logaddexp(0, x[i, c])
            total += stands_for * ((1 - beta) * t * plus + beta * (1 - t) * minus)
    return total / B / L


@settings(max_examples=60, deadline=None)
@given(
    st.fixed_dictionaries(
        dict(
            gate=st.floats(0.5, 5),
            ratio_power=st.sampled_from([0.0, 0.25, 1.0]),
            power_fades=st.booleans(),
            smoothing=st.sampled_from([0.0, 0.5]),
            negative_smoothing=st.sampled_from([0.0, 0.01, 0.1]),
        )
    ),
    shares, shares, st.integers(1, 6), st.integers(1, 9), st.integers(0, 2**31),
)  # fmt: skip
def test_proportions_of_the_training_set(chosen, train_share, share, B, L, seed):
    x, target, selected, pseudo = batch(seed, B, L, share)
    rng = np.random.default_rng(seed)
    train = rng.choice([1, 0, -1], size=(20, L), p=train_share).astype(np.int8)
    loss = set_up(PartialImbalanceLoss(p_mode="off", **chosen), train)
    value, _ = evaluate(loss, x, target, selected, pseudo)
    expected = of_dataset(train, chosen, x, target, selected, pseudo)
    assert value == pytest.approx(expected, rel=1e-9, abs=1e-12)
    each = [
        evaluate(loss, *(v[i : i + 1] for v in (x, target, selected, pseudo)))[0] for i in range(B)
    ]
    assert value == pytest.approx(np.mean(each), rel=1e-9, abs=1e-12)  # whatever shares a batch


def test_the_balance_fades_out_where_labels_are_known():
    train = np.zeros((20, 3), dtype=np.int8)
    train[:4], train[18:, 1], train[12:, 2] = 1, -1, -1
    loss = set_up(PartialImbalanceLoss(ratio_power=0.25, power_fades=True, gate=3.0), train)
    ratios, powers = [4 / 20, 4 / 18, 4 / 12], [0, 0.1, 0.25]  # 0, 10 and 40 % are unknown
    odds = [(r / (1 - r)) ** power for r, power in zip(ratios, powers, strict=True)]
    beta = loss.proportions.counted.beta
    assert beta.tolist() == pytest.approx([each / (1 + each) for each in odds])


def test_with_all_labels_known_the_default_is_half_of_bce():
    train = np.random.default_rng(0).integers(0, 2, (20, 3)).astype(np.int8)
    method = Config.fromfile("configs/_base_/methods/partial_imbalance.py")
    loss = set_up(MODELS.build(method.head.loss), train)
    x, labels = torch.randn(20, 3), torch.tensor(train).float()
    bce = torch.nn.functional.binary_cross_entropy_with_logits(x, labels)
    assert loss(x, labels).item() == pytest.approx(bce.item() / 2, rel=1e-5)


def test_each_class_has_the_gate_that_its_labels_ask_for():
    """A class with known negatives ignores unknown labels, one without takes them."""
    train = np.array([[1, 1, -1], [0, -1, -1], [0, -1, -1], [-1, -1, -1]], dtype=np.int8)
    loss = set_up(PartialImbalanceLoss(), train)
    x = torch.zeros(1, 3, requires_grad=True)
    target = torch.full((1, 3), -1.0)
    loss(x, LabelBatch(target, target == -1, torch.zeros(1, 3), all_selected=True)).backward()
    torch.testing.assert_close(loss.diagnostics["gate"], torch.tensor([0.0, 1.0, 1.0]))
    torch.testing.assert_close(loss.diagnostics["beta"], torch.tensor([1 / 3, 1 / 4, 0.002]))
    assert x.grad[0, 0] == 0 and (x.grad[0, 1:] > 0).all()


@settings(max_examples=60, deadline=None)
@given(shares, st.sampled_from([0.0, 0.25, 1.0]), st.booleans(), st.sampled_from([0.0, 0.5]),
       st.booleans(), st.integers(0, 9), st.integers(0, 99))  # fmt: skip
def test_prior_logits_cost_least(share, power, fades, smoothing, chances, epoch, seed):
    """A model that does not look at images cannot do better, whatever unknown labels count as."""
    _, target, *_ = batch(seed, 50, 4, share)
    chance = dict(chance=((0.0, 10.0), (-1.0, -8.0))) if chances else {}
    options = dict(ratio_power=power, power_fades=fades, smoothing=smoothing, p_mode="off")
    loss = set_up(PartialImbalanceLoss(**options, gate=1.0, **chance), target.astype(np.int8))
    x = loss.prior_logits(epoch / 10).expand(50, 4).clone().requires_grad_()
    labels = LabelBatch.from_target(torch.tensor(target))
    with at_epoch(epoch, 10):
        loss(x, replace(labels, pseudo=torch.zeros_like(labels.target))).backward()
    ratio, gamma = loss.proportions.counted.ratio, loss.proportions.rule.gamma
    inside = (ratio > gamma) & (ratio < 1 - gamma)
    assert torch.allclose(x.grad.sum(0)[inside], torch.zeros(()).double(), atol=1e-8)
    assert x.isfinite().all()


def test_the_training_set_has_to_be_counted_first():
    with pytest.raises(ValueError, match="no label counts: add .*LossMemoryHook.*or give the loss"):
        PartialImbalanceLoss()(torch.zeros(1, 2), torch.tensor([[1.0, 0.0]]))

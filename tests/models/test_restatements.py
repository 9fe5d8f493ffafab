"""Every compared loss against its formula, written with NumPy loops in float64."""

import math

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mmpartial.labels import LabelBatch
from mmpartial.models import losses
from mmpartial.models.heads import sample_unknown
from mmpartial.testing import at_epoch, set_up

EPS = np.finfo(float).eps


def sig(v):
    return 1 / (1 + math.exp(-v))


def nl(p):
    return -math.log(p + 1e-5)


def bce(v, y):
    return y * np.logaddexp(0, -v) + (1 - y) * np.logaddexp(0, v)


def each(function, x, t, **more):
    """Sum of function(x, t) over all elements."""
    return sum(function(v, s, **more) for v, s in zip(x.ravel(), t.ravel(), strict=True))


def positives(t):
    return (t == 1).astype(float)


def penalty(p, k):
    return (p.sum(1).mean() - k) ** 2 / p.shape[1] ** 2


def wan(x, t, _):
    weight = 1 / max(1, x.shape[1] - 1)
    return each(lambda v, s: nl(sig(v)) if s == 1 else weight * nl(1 - sig(v)), x, t) / x.size


def epr(x, t, _):
    p = 1 / (1 + np.exp(-x))
    return each(lambda v, s: nl(sig(v)) * (s == 1), x, t) / x.size + penalty(p, 2.9)


def role(x, t, g):
    f, y = 1 / (1 + np.exp(-x)), positives(t)

    def half(a, b):
        log, rest = -np.log(a + 1e-5), -np.log(1 - a + 1e-5)
        return (y * log + b * log + (1 - b) * rest).mean() + penalty(a, 2.9)

    return (half(f, g) + half(g, f)) / 2


def focal(x, t, _):
    def one(v, s):
        b = bce(v, s == 1)
        return 0.25 * (1 - math.exp(-b)) ** 2 * b

    return each(one, x, t) / x.size


def p_asl(x, t, _):
    def one(v, s):
        p, q = sig(v), min(1 - sig(v) + 0.05, 1)
        if s == 1:
            return -1.5 * math.log(max(p, 1e-8)) * (1 - p) ** 0.5
        alpha, gamma = (0.7, 1) if s == 0 else (0.3, 2)
        return -alpha * math.log(max(q, 1e-8)) * (1 - q) ** gamma

    return each(one, x, t)


def selective(x, t, prior):
    counts = np.where((t == -1) & (prior > 0.5), 0.0, 1.0)
    unknown = [(x[i, c], i, c) for i, c in zip(*np.nonzero(t == -1), strict=True)]
    for _, i, c in sorted(unknown, reverse=True)[: 2 * len(x)]:
        counts[i, c] = 0
    total = 0.0
    for i, c in np.ndindex(*x.shape):
        p = sig(x[i, c])
        if t[i, c] == 1:
            total += -math.log(p)
        else:
            total += -counts[i, c] * math.log(max(1 - p, 1e-8)) * p ** (1 if t[i, c] == 0 else 4)
    return total


def hill(x, t, _):
    def one(v, s):
        m, p = sig(v - 1), sig(v)
        return -((1 - m) ** 2) * math.log(m) if s == 1 else (1.5 - p) * p * p

    return each(one, x, t)


def splc(x, t, _):
    def one(v, s):
        v = v - 1 if s == 1 else v
        p = sig(v)
        y = s == 1 or (s == -1 and p > 0.6)
        return ((1 - p) if y else p) ** 2 * bce(v, y)

    return each(one, x, t)


def large_loss(mode):
    def value(x, t, _):
        clean = 1 - 3 * 0.02
        k = math.ceil(x.size * (0.02 if mode == "LL-Cp" else 1 - clean))
        elements = np.array([[bce(v, s == 1) for v, s in zip(*r, strict=True)]
                             for r in zip(x, t, strict=True)])  # fmt: skip
        ranked = np.sort(elements[t == -1])[::-1]
        if len(ranked):
            for i, c in np.ndindex(*x.shape):
                if t[i, c] == -1 and elements[i, c] >= ranked[min(k, len(ranked)) - 1]:
                    elements[i, c] = 0 if mode == "LL-R" else bce(x[i, c], 1)
        return elements.mean()

    return value


def em(x, t, g):
    total = 0.0
    for i, c in np.ndindex(*x.shape):
        p, s = sig(x[i, c]), g[i, c]
        if t[i, c] == 1:
            total += nl(p)
        elif t[i, c] == 0:
            total += nl(1 - p)
        elif s < 0.5:  # what the test hands over as a pseudo label
            total += 0.9 * (s * nl(p) + (1 - s) * nl(1 - p))
        else:
            total -= 0.1 * (p * nl(p) + (1 - p) * nl(1 - p))
    return total / x.size


def db(x, t, counts):
    n, N = counts, 100
    total = 0.0
    for i, c in np.ndindex(*x.shape):
        shares = sum(1 / n[k] for k in range(x.shape[1]) if t[i, k] == 1)
        r = (1 / n[c]) / shares if shares else np.inf
        w = 0.1 + (sig(10 * (r - 0.2)) if shares else 1)
        v = x[i, c] - 0.05 * math.log(N / n[c] - 1) / 2
        y = t[i, c] == 1
        b = bce(v if y else 2 * v, y)
        total += 2 * (1 - math.exp(-b)) ** 2 * (w if y else w / 2) * b
    return total / x.size


CASES = {
    "wan": (losses.WeakAssumeNegativeLoss, {}, wan),
    "epr": (losses.ExpectedPositiveLoss, dict(expected_positives=2.9), epr),
    "role": (losses.ROLELoss, dict(expected_positives=2.9), role),
    "focal": (losses.PartialFocalLoss, {}, focal),
    "p_asl": (losses.PartialAsymmetricLoss, dict(
        clip=0.05, gamma_pos=0.5, alpha_pos=1.5, alpha_neg=0.7, alpha_unknown=0.3), p_asl),
    "csl": (losses.PartialAsymmetricLoss, dict(
        unknown="selective", likelihood_topk=2, prior_threshold=0.5, gamma_unknown=4), selective),
    "hill": (losses.HillLoss, {}, hill),
    "splc": (losses.SPLCLoss, {}, splc),
    "em_apl": (losses.EntropyMaximizationLoss, {}, em),
    "db": (losses.DistributionBalancedLoss, {}, db),
} | {
    mode: (losses.LargeLoss, dict(mode=mode, delta=0.02), large_loss(mode))
    for mode in ("LL-R", "LL-Ct", "LL-Cp")
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
@settings(max_examples=40, deadline=None)
@given(B=st.integers(1, 5), L=st.integers(1, 8), seed=st.integers(0, 2**31))
def test_equals_the_restatement(name, B, L, seed):
    kind, options, restated = CASES[name]
    rng = np.random.default_rng(seed)
    x, t = rng.normal(0, 3, (B, L)), rng.choice([1.0, 0.0, -1.0], (B, L))
    remembered = rng.random((B, L))
    if name == "csl":
        extra = rng.random(L)
        options = options | dict(prior=extra.tolist())
    elif name == "db":
        extra = rng.integers(1, 100, L)
        options = options | dict(class_counts=extra.tolist(), num_images=100)
    else:
        extra = remembered
    pseudo = np.where(remembered < 0.5, remembered, np.nan) if name == "em_apl" else remembered
    labels = LabelBatch(torch.tensor(t), torch.tensor(t) == -1, torch.tensor(pseudo))
    with at_epoch(3):
        value = kind(**options)(torch.tensor(x), labels)
    assert value.item() == pytest.approx(restated(x, t, extra), rel=1e-6, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([None, 0.7]), st.sampled_from(["ignore", "negative"]),
    st.integers(2, 6), st.integers(0, 2**31),
)  # fmt: skip
def test_plm_masks_and_ratios(ideal, unknown, L, seed):
    """Mask, histograms and ratio update, class by class."""
    rng = np.random.default_rng(seed)
    train = rng.choice([1, 0, -1], (30, L)).astype(np.int8)
    inner = dict(type="mmpartial.PartialBCELoss", unknown=unknown)
    loss = set_up(losses.PartialLabelMaskingLoss(loss=inner, ideal_ratio=ideal, change_rate=0.5),
                 train)  # fmt: skip
    x, t = rng.normal(0, 2, (40, L)), rng.choice([1.0, 0.0, -1.0], (40, L))
    labels = LabelBatch(torch.tensor(t), torch.tensor(t) == -1, row=torch.arange(40))
    value = loss(torch.tensor(x), labels)
    mask = loss.mask(labels).numpy()

    negatives = [0] if unknown == "ignore" else [0, -1]
    expected, histograms = 0.0, np.zeros((2, 10, L))
    for i, c in np.ndindex(*x.shape):
        if t[i, c] == -1 and unknown == "ignore":
            continue
        histograms[0 if t[i, c] == 1 else 1, int(sig(x[i, c]) * 10), c] += 1
        expected += mask[i, c] * bce(x[i, c], t[i, c] == 1)
    assert value.item() == pytest.approx(expected / x.size)
    np.testing.assert_array_equal(loss.histogram, histograms)

    r = [(train[:, c] == 1).sum() / max(1, np.isin(train[:, c], negatives).sum()) for c in range(L)]
    rho = r if ideal is None else [ideal] * L
    for c in range(L):
        for kind, share in ((t[:, c] == 1, rho[c] / r[c] if r[c] else 1),
                            (t[:, c] != 1, r[c] / rho[c] if rho[c] else 1)):  # fmt: skip
            if share >= 1:
                assert mask[kind, c].all()
            else:
                kept = mask[kind, c].mean() if kind.any() else share
                assert abs(kept - share) < 5 * math.sqrt(0.25 / max(1, kind.sum()))

    before = loss.ideal.numpy().copy()
    loss.update_ratio()
    scored = [c for c in range(L) if histograms[:, :, c].sum(1).all()]
    divergence = []
    for kind, last in ((0, 9), (1, 0)):
        values = []
        for c in scored:
            share = histograms[kind, :, c] / histograms[kind, :, c].sum()
            true = [1 if b == last else EPS for b in range(10)]
            values.append(sum(s * math.log(s / q + EPS) for s, q in zip(share, true, strict=True)))
        assume(not 0 < np.std(values) < 1e-9)  # equal but for rounding, which the score blows up
        divergence.append((np.array(values) - np.mean(values)) / (np.std(values) + EPS))
    D = np.zeros(L)
    D[scored] = divergence[0] - divergence[1]
    np.testing.assert_allclose(loss.ideal, before * np.exp(0.5 * D), rtol=1e-6)


def test_plm_leaves_a_class_of_one_kind_alone():
    """Where the port gives NaN for every class."""
    train = np.array([[1, 1, 0], [1, 0, 0], [1, 1, 0], [1, 0, 1]], dtype=np.int8)
    loss = set_up(losses.PartialLabelMaskingLoss(loss=dict(type="mmpartial.PartialBCELoss"),
                                                ideal_ratio=0.5), train)  # fmt: skip
    target = torch.tensor(train).double()
    loss(torch.randn(4, 3).double(), LabelBatch(target, target == -1, row=torch.arange(4)))
    assert loss.mask(LabelBatch(target, target == -1, row=torch.arange(4)))[:, 0].all()
    loss.update_ratio()
    assert torch.isfinite(loss.ideal).all() and loss.ideal[0] == 0.5


def test_plm_masks_depend_on_image_and_epoch_alone():
    loss = losses.PartialLabelMaskingLoss(
        loss=dict(type="mmpartial.PartialBCELoss"), positive_ratio=[1.0] * 5, ideal_ratio=0.3
    )
    target = torch.ones(6, 5)
    rows = torch.arange(6)

    def mask(order, epoch):
        with at_epoch(epoch):
            return loss.mask(LabelBatch(target, target == -1, row=rows[order]))

    order = torch.tensor([3, 1, 5, 0, 2, 4])
    assert torch.equal(mask(order, 0), mask(torch.arange(6), 0)[order])
    assert not torch.equal(mask(order, 0), mask(order, 1))
    with pytest.raises(ValueError, match="does not say which images"):
        loss.mask(LabelBatch(target, target == -1))


@pytest.mark.parametrize("mode", ["LL-R", "LL-Ct"])
def test_large_loss_never_touches_known_labels(mode):
    """Where the authors' threshold would be 0, and every entry rejected or inverted."""
    x, t = torch.tensor([[2.0, -1.0, 0.5]]), torch.tensor([[1.0, 0.0, 1.0]])
    plain = torch.nn.functional.binary_cross_entropy_with_logits(x, t)
    with at_epoch(5):
        torch.testing.assert_close(losses.LargeLoss(mode=mode, delta=0.1)(x, t), plain)
        theirs = losses.LargeLoss(mode=mode, delta=0.1, safe_threshold=False)
        assert not torch.isclose(theirs(x, t), plain)


def test_splc_protects_known_negatives():
    x = torch.tensor([[3.0, 3.0]])
    kept, flipped = (losses.SPLCLoss(protect_known=p) for p in (True, False))
    with at_epoch(1):
        assert kept(x, torch.tensor([[0.0, 0.0]])) > flipped(x, torch.tensor([[0.0, 0.0]]))
        known, unknown = (torch.tensor([[v, v]]) for v in (0.0, -1.0))
        assert torch.equal(kept(x, unknown), flipped(x, known))


def test_db_weights_without_positives_are_one():
    """Where the authors' average modes are not a number."""
    for mode in ("average_n", "average_w"):
        loss = losses.DistributionBalancedLoss(
            reweight="CB", cb_mode=mode, neg_scale=1.0, init_bias=0.0, focal=False,
            class_counts=[3, 5], num_images=10,
        )  # fmt: skip
        x, t = torch.tensor([[0.3, -0.2]]), torch.tensor([[0.0, -1.0]])
        plain = torch.nn.functional.binary_cross_entropy_with_logits(x, torch.zeros(1, 2))
        torch.testing.assert_close(loss(x, t), plain)


@pytest.mark.parametrize("mode", ["average_n", "average_w"])
def test_db_averages_over_the_positives_of_an_image(mode):
    loss = losses.DistributionBalancedLoss(
        reweight="CB", cb_mode=mode, cb_beta=0.9, neg_scale=1.0, init_bias=0.0, focal=False,
        class_counts=[3, 5, 8], num_images=20,
    )  # fmt: skip
    x, t = torch.tensor([[0.3, -0.2, 1.0]]), torch.tensor([[1.0, 0.0, 1.0]])
    of_3, of_8, of_mean = ((1 - 0.9) / (1 - 0.9**n) for n in (3, 8, (3 + 8) / 2))
    weight = of_mean if mode == "average_n" else (of_3 + of_8) / 2
    plain = torch.nn.functional.binary_cross_entropy_with_logits(x, t)
    torch.testing.assert_close(loss(x, t), weight * plain)


def test_db_classes_that_all_or_no_images_have():
    loss = losses.DistributionBalancedLoss(class_counts=[0, 10], num_images=10)
    assert torch.isfinite(loss(torch.zeros(1, 2), torch.tensor([[1.0, 1.0]])))


def test_ll_cp_does_not_reject_what_it_corrected():
    x, t = torch.tensor([[2.0, -1.0, 0.5]]).double(), torch.tensor([[-1.0, 0.0, -1.0]]).double()
    pseudo = torch.tensor([[1.0, 0.0, 0.0]]).double()
    loss = losses.LargeLoss(mode="LL-Cp", delta=0.3)
    with at_epoch(1):
        value = loss(x, LabelBatch(t, t == -1, pseudo))
    expected = (bce(2.0, 1) + bce(-1.0, 0) + bce(0.5, 1)) / 3
    assert value.item() == pytest.approx(expected)
    assert not loss.corrections.any()  # the k-th itself is not remembered


def test_ll_cp_with_fewer_unknown_labels_than_k():
    """k is then their number, and the least of them is the k-th."""
    x, t = torch.tensor([[2.0, -1.0, 0.5, 3.0]]), torch.tensor([[-1.0, 0.0, -1.0, 1.0]])
    loss = losses.LargeLoss(mode="LL-Cp", delta=1.0)
    with at_epoch(1):
        loss(x, t)
        assert loss.corrections.tolist() == [[True, False, False, False]]
        loss(x, torch.tensor([[1.0, 0.0, 1.0, 1.0]]))
    assert not loss.corrections.any()


@pytest.mark.parametrize("make", [
    lambda: losses.PartialFocalLoss(gamma=0.5), lambda: losses.HillLoss(gamma=0.5),
    lambda: losses.SPLCLoss(gamma=0.5), lambda: losses.PartialAsymmetricLoss(
        gamma_pos=0.5, gamma_neg=0.5, gamma_unknown=0.5, clip=0.05, detach_focal=False),
])  # fmt: skip
def test_fractional_focusing_is_finite_where_p_is_1(make):
    x = torch.tensor([[200.0, -200.0, 200.0, -200.0]], requires_grad=True)
    make()(x, torch.tensor([[1.0, 1.0, 0.0, 0.0]])).backward()
    assert torch.isfinite(x.grad).all()


@pytest.mark.parametrize("make, message", [
    (lambda: losses.PartialAsymmetricLoss(unknown="selective", prior=[0.9]), "prior of Partial"),
    (lambda: losses.DistributionBalancedLoss(class_counts=[3], num_images=9), "class_counts of"),
    (lambda: losses.PartialLabelMaskingLoss(
        loss=dict(type="mmpartial.PartialBCELoss"), positive_ratio=[0.1]), "positive_ratio of"),
])  # fmt: skip
def test_numbers_of_other_classes(make, message):
    with pytest.raises(ValueError, match=f"{message}.* has 1 numbers but the head gives 2 scores"):
        make()(torch.zeros(1, 2), torch.tensor([[1.0, -1.0]]))


def test_wrong_options():
    with pytest.raises(ValueError, match="eps='typo': choose None"):
        losses.EntropyMaximizationLoss(eps="typo")
    with pytest.raises(ValueError, match="unknown='negative' uses no prior"):
        losses.PartialAsymmetricLoss(prior=[0.1])
    with pytest.raises(ValueError, match="prior has the number nan: give shares from 0 to 1"):
        losses.PartialAsymmetricLoss(unknown="selective", prior=[0.1, float("nan")])
    with pytest.raises(ValueError, match="beta=0: give a finite number above 0"):
        losses.DistributionBalancedLoss(beta=0)  # NaN for images without positives
    penalized = losses.GRLoss(penalty=0.1, expected_positives=2)
    with pytest.raises(ValueError, match="but GRLoss has a penalty on all predictions"):
        losses.PartialLabelMaskingLoss(loss=penalized)
    with pytest.raises(ValueError, match="mode='LL': choose one of LL-R"):
        losses.LargeLoss(mode="LL")


def test_csl_takes_strided_labels():
    loss = losses.PartialAsymmetricLoss(unknown="selective", likelihood_topk=1)
    x, t = torch.randn(4, 3), torch.tensor([[1.0, -1, 0, -1]] * 3).T
    torch.testing.assert_close(loss(x, t), loss(x, t.contiguous()))


def test_plm_masks_do_not_depend_on_the_labels_that_count():
    """Which q-sampling draws for the same images, epoch and seed."""
    target, rows = torch.full((200, 50), -1.0), torch.arange(200)
    loss = losses.PartialLabelMaskingLoss(loss=losses.PartialBCELoss(), positive_ratio=[0.1] * 50,
                                          ideal_ratio=0.3)  # fmt: skip
    selected = sample_unknown(target == -1, 0.2, 0, 0, rows[:, None])
    mask = loss.mask(LabelBatch(target, selected, row=rows))
    assert mask[selected].mean().item() == pytest.approx(1 / 3, abs=0.05)


def test_plm_over_csl_says_so():
    inner = dict(type="mmpartial.PartialAsymmetricLoss", unknown="selective")
    assert losses.PartialLabelMaskingLoss(loss=inner).per_batch

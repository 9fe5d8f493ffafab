"""Each setting's rule, by brute force and by property."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmpartial.datasets.settings import SETTINGS, KnownLabels, fal, fpc, pal, ppl, rps, spl


def known_labels(seed, n=20, L=9, share=0.3, known=1.0):
    rng = np.random.default_rng(seed)
    image, cls = np.nonzero(rng.random((n, L)) < known)
    positive = rng.random(len(image)) < share
    return KnownLabels(image, cls, positive, rng.random(len(image)))


seeds = st.integers(0, 2**31)
ratios = st.sampled_from([0.05, 0.3, 0.5, 0.6, 0.9, 1.0])


@settings(max_examples=60, deadline=None)
@given(seeds, ratios, st.sampled_from([0.4, 1.0]))
def test_rules(seed, ratio, share_known):
    known = known_labels(seed, known=share_known)
    assert fal(known).all()
    np.testing.assert_array_equal(pal(known, ratio), known.u < ratio)
    exact = pal(known, ratio, granularity="image")
    positives = ppl(known, ratio)
    single = spl(known)
    for image in range(20):
        of_image = known.image == image
        n = int(of_image.sum())
        assert exact[of_image].sum() == int(ratio * n + 0.5)
        n = int((of_image & known.positive).sum())
        assert positives[of_image].sum() == min(n, max(1, int(ratio * n + 0.5)))
        assert single[of_image].sum() == min(1, n)
    assert known.positive[positives].all() and known.positive[single].all()
    everything = pal(known, ratio, granularity="dataset")
    assert everything.sum() == int(ratio * len(known.u) + 0.5)
    each = ppl(known, ratio, granularity="label")
    np.testing.assert_array_equal(each, known.positive & (known.u < ratio))


@settings(max_examples=40, deadline=None)
@given(seeds, st.sampled_from([1, 3, 8, 1000]), st.sampled_from([0.4, 1.0]))
def test_fpc_keeps_so_many_of_each_class_and_sign(seed, n, share_known):
    known = known_labels(seed, known=share_known)
    kept = fpc(known, n)
    for cls in range(9):
        for sign in (True, False):
            group = np.flatnonzero((known.cls == cls) & (known.positive == sign))
            smallest = group[np.argsort(known.u[group])[:n]]
            np.testing.assert_array_equal(kept[group], np.isin(group, smallest))
            assert kept[group].sum() == min(n, len(group))
    order = np.random.default_rng(seed).permutation(len(known.u))
    shuffled = KnownLabels(*(getattr(known, name)[order] for name in vars(known)))
    np.testing.assert_array_equal(fpc(shuffled, n), kept[order])
    assert (fpc(known, n + 1) | ~kept).all()


@settings(max_examples=40, deadline=None)
@given(seeds, st.sampled_from([0.0, 0.3, 0.5, 0.9]))
def test_rps_drops_each_label_by_its_own_number(seed, drop):
    known = known_labels(seed)
    np.testing.assert_array_equal(rps(known, drop), [u >= drop for u in known.u])
    assert (rps(known, 0.2) | ~rps(known, 0.7)).all()


def test_rps_drops_its_share_of_both_signs():
    known = known_labels(0, n=4000, L=30)
    kept = rps(known, 0.3)
    for sign in (True, False):
        assert kept[known.positive == sign].mean() == pytest.approx(0.7, abs=0.01)


@pytest.mark.parametrize("drop", [-0.1, 1, 1.5])
def test_drop_outside(drop):
    with pytest.raises(ValueError, match=rf"drop={drop} is outside \[0, 1\)"):
        rps(known_labels(0), drop)


@pytest.mark.parametrize("n", [0, -1, 0.6, True])
def test_n_outside(n):
    with pytest.raises(ValueError, match=f"n={n} is no whole number above 0"):
        fpc(known_labels(0), n)


@settings(max_examples=30, deadline=None)
@given(seeds, st.sampled_from(["PAL", "PPL"]))
def test_a_larger_ratio_keeps_a_superset(seed, setting):
    known = known_labels(seed)
    small, large = (SETTINGS[setting](known, ratio=r) for r in (0.3, 0.6))
    assert (large | ~small).all()


def test_spl_takes_each_positive_equally_often():
    rng = np.random.default_rng(0)
    n = 30_000
    image, cls = np.repeat(np.arange(n), 3), np.tile(np.arange(3), n)
    kept = spl(KnownLabels(image, cls, np.ones(3 * n, bool), rng.random(3 * n)))
    share = np.bincount(cls[kept]) / n
    np.testing.assert_allclose(share, 1 / 3, atol=0.015)


def test_min_pos_zero_lets_images_end_without_a_positive():
    known = KnownLabels(np.zeros(2, int), np.arange(2), np.ones(2, bool), np.array([0.1, 0.9]))
    assert ppl(known, 0.1, min_pos=0).sum() == 0
    assert ppl(known, 0.1).sum() == 1


@pytest.mark.parametrize("rule", [pal, ppl])
@pytest.mark.parametrize("ratio", [0, -0.1, 1.1])
def test_ratio_outside(rule, ratio):
    with pytest.raises(ValueError, match=r"is outside \(0, 1\]"):
        rule(known_labels(0), ratio)


@pytest.mark.parametrize("rule", [pal, ppl])
def test_unknown_granularity(rule):
    with pytest.raises(ValueError, match="granularity='class'"):
        rule(known_labels(0), 0.5, granularity="class")

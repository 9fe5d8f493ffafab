"""Each setting's rule, by brute force and by property.

``pareto_coco`` and ``pareto_voc`` of the golden numbers have no use here: they lead to the authors'
long-tailed subsets of COCO and VOC only with their random numbers, so that their published lists of
images define these subsets.
"""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmpartial.datasets.settings import (
    POSITIVES_ONLY,
    SETTINGS,
    KnownLabels,
    fal,
    fpc,
    fps,
    pal,
    plt,
    ppl,
    rpc,
    rps,
    spl,
    ssl,
)
from mmpartial.datasets.settings.drop_rates import _rate_of_each

GOLDEN = Path(__file__).parents[1] / "data/golden/settings.npz"
CLASSES = tuple("abcdefghi")
OPTIONS = {
    "PAL": dict(ratio=0.4, granularity="image"), "SSL": dict(ratio=0.4),
    "PPL": dict(ratio=0.4), "FPS": dict(num_neg=2),
    "FPC": dict(n=3), "RPS": dict(drop=0.4), "RPC": dict(drop=dict(default=0.4, c=0.9)),
}  # fmt: skip


def known_labels(seed, n=20, L=9, share=0.3, known=1.0):
    rng = np.random.default_rng(seed)
    image, cls = np.nonzero(rng.random((n, L)) < known)
    positive = rng.random(len(image)) < share
    u, image_u = rng.random(len(image)), rng.random(n)
    return KnownLabels(image, cls, positive, u, CLASSES[:L], image_u[image])


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
    assert (fpc(known, n + 1) | ~kept).all()


@pytest.mark.parametrize("setting", SETTINGS)
@settings(max_examples=10, deadline=None)
@given(seeds, st.sampled_from([0.4, 1.0]))
def test_the_order_of_labels_and_images_does_not_matter(setting, seed, share_known):
    known = known_labels(seed, known=share_known)
    kept = SETTINGS[setting](known, **OPTIONS.get(setting, {}))
    rng = np.random.default_rng(seed)
    order, number = rng.permutation(len(known.u)), rng.permutation(20)
    shuffled = KnownLabels(
        number[known.image[order]], known.cls[order], known.positive[order], known.u[order],
        CLASSES, known.image_u[order],
    )  # fmt: skip
    again = SETTINGS[setting](shuffled, **OPTIONS.get(setting, {}))
    np.testing.assert_array_equal(again, kept[order])


@settings(max_examples=40, deadline=None)
@given(seeds, st.sampled_from([0, 1, 2, -1]), st.sampled_from([0, 3, -1]))
def test_fps_keeps_so_many_of_each_image_and_sign(seed, num_pos, num_neg):
    if num_pos == num_neg == 0:
        num_pos = 1
    known = known_labels(seed, known=0.8)
    kept = fps(known, num_pos, num_neg)
    for image in range(20):
        for sign, n in ((True, num_pos), (False, num_neg)):
            group = np.flatnonzero((known.image == image) & (known.positive == sign))
            n = len(group) if n == -1 else n
            smallest = group[np.argsort(known.u[group])[:n]]
            np.testing.assert_array_equal(kept[group], np.isin(group, smallest))
    more = [n if n == -1 else n + 1 for n in (num_pos, num_neg)]
    assert (fps(known, *more) | ~kept).all()
    np.testing.assert_array_equal(fps(known), spl(known))
    assert fps(known, -1, -1).all()


@pytest.mark.parametrize("name", ["num_pos", "num_neg"])
@pytest.mark.parametrize("n", [-2, 0.5, True])
def test_number_outside(name, n):
    with pytest.raises(ValueError, match=f"{name}={n} is neither a whole number from 0 on nor -1"):
        fps(known_labels(0), **{name: n})


def test_no_label_at_all():
    with pytest.raises(ValueError, match="num_pos=0 and num_neg=0 keep no label at all"):
        fps(known_labels(0), num_pos=0)


@settings(max_examples=40, deadline=None)
@given(seeds, st.lists(st.floats(0, 1), min_size=9, max_size=9))
def test_rpc_drops_each_label_at_the_rate_of_its_class(seed, rates):
    known = known_labels(seed, known=0.8)
    kept = rpc(known, rates)
    expected = [u >= rates[cls] for u, cls in zip(known.u, known.cls, strict=True)]
    np.testing.assert_array_equal(kept, expected)
    np.testing.assert_array_equal(rpc(known, dict(zip(CLASSES, rates, strict=True))), expected)
    assert (rpc(known, [rate / 2 for rate in rates]) | ~kept).all()
    np.testing.assert_array_equal(rpc(known, [0.3] * 9), rps(known, 0.3))


def test_rpc_takes_names_and_a_default():
    known = known_labels(1)
    np.testing.assert_array_equal(
        rpc(known, dict(b=1, default=0.25)), rpc(known, [0.25, 1.0] + [0.25] * 7)
    )
    assert not rpc(known, dict(b=1, default=0))[known.cls == 1].any()


def test_the_unicode_form_of_a_class_makes_no_difference():
    assert _rate_of_each({"e\u0301": 0.3, "default": 0}, ["\u00e9", "a"]).tolist() == [0.3, 0]


@pytest.mark.parametrize(
    "drop, message",
    [
        (0.5, "drop=0.5: RPC takes a list with a rate for each class.*RPS takes one rate"),
        ("0.5", "drop='0.5': RPC takes a list"),
        ([0.5] * 8, "drop has 8 rates for 9 classes"),
        ([0.5] * 8 + [1.5], r"drop=1.5 of class 'i' is outside \[0, 1\]"),
        (dict(b=-0.1, default=0), r"drop=-0.1 of class 'b' is outside"),
        (dict(B=0.1, default=0), "drop: there is no class 'B'.*nearest is 'b'"),
        (dict(b=0.1), "no rate for 8 of 9 classes, the first 'a': add them, or default="),
    ],
)
def test_wrong_rates(drop, message):
    with pytest.raises(ValueError, match=message):
        rpc(known_labels(0), drop)


@settings(max_examples=40, deadline=None)
@given(seeds, st.sampled_from([0.0, 0.4, 0.9, 0.999]), st.sampled_from([0.4, 1.0]))
def test_plt_drops_positives_but_the_last_of_an_image(seed, drop, share_known):
    known = known_labels(seed, known=share_known)
    kept = plt(known, drop)
    assert known.positive[kept].all()
    for image in range(20):
        of_image = np.flatnonzero((known.image == image) & known.positive)
        expected = [i for i in of_image if known.u[i] >= drop]
        expected = expected or sorted(of_image, key=lambda i: known.u[i])[-1:]
        assert of_image[kept[of_image]].tolist() == expected
    assert (plt(known, drop / 2) | ~kept).all()
    np.testing.assert_array_equal(plt(known), plt(known, 0.4))


def test_plt_drops_its_share_where_images_have_many_positives():
    known = known_labels(0, n=4000, L=9, share=1.0)
    assert plt(known, 0.4).mean() == pytest.approx(0.6, abs=0.01)


@settings(max_examples=40, deadline=None)
@given(seeds, st.sampled_from([0.0, 0.3, 0.5, 0.9]))
def test_rps_drops_each_label_by_its_own_number(seed, drop):
    known = known_labels(seed)
    np.testing.assert_array_equal(rps(known, drop), [u >= drop for u in known.u])
    assert (rps(known, 0.2) | ~rps(known, 0.7)).all()


def test_rps_drops_its_share_of_both_signs():
    known = known_labels(0, n=4000)
    kept = rps(known, 0.3)
    for sign in (True, False):
        assert kept[known.positive == sign].mean() == pytest.approx(0.7, abs=0.01)


@pytest.mark.parametrize("drop", [-0.1, 1, 1.5])
@pytest.mark.parametrize("rule", [rps, plt])
def test_drop_outside(rule, drop):
    with pytest.raises(ValueError, match=rf"drop={drop} is outside \[0, 1\)"):
        rule(known_labels(0), drop)


@pytest.mark.parametrize("n", [0, -1, 0.6, True])
def test_n_outside(n):
    with pytest.raises(ValueError, match=f"n={n} is not a whole number above 0"):
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


@pytest.mark.parametrize("min_pos", [-1, 0.5, True])
def test_min_pos_outside(min_pos):
    with pytest.raises(ValueError, match=f"min_pos={min_pos} is not a whole number from 0 on"):
        ppl(known_labels(0), 0.5, min_pos=min_pos)


@pytest.mark.parametrize("rule", [pal, ppl])
def test_unknown_granularity(rule):
    with pytest.raises(ValueError, match="granularity='class'"):
        rule(known_labels(0), 0.5, granularity="class")


@pytest.mark.parametrize("setting", POSITIVES_ONLY)
@pytest.mark.parametrize("seed", range(5))
def test_negatives_do_not_matter_where_the_wrapper_leaves_them_out(setting, seed):
    options = dict(PPL=dict(ratio=0.4), PLT=dict(drop=0.4)).get(setting, {})
    known = known_labels(seed)
    one = known.positive
    positives = KnownLabels(known.image[one], known.cls[one], known.positive[one], known.u[one])
    keep = SETTINGS[setting](known, **options)
    assert not keep[~one].any() and 0 < keep.sum() < one.sum()
    np.testing.assert_array_equal(SETTINGS[setting](positives, **options), keep[one])


def test_ssl_keeps_whole_images():
    known = known_labels(0, n=4000)
    kept = ssl(known, 0.1)
    labelled = np.unique(known.image[kept])
    np.testing.assert_array_equal(kept, np.isin(known.image, labelled))
    assert len(labelled) / 4000 == pytest.approx(0.1, abs=0.01)
    assert (ssl(known, 0.3) | ~kept).all() and ssl(known, 1.0).all()


def test_rules_are_those_of_the_authors_code():
    """With their random numbers where there is one for each label, else in the numbers kept."""
    golden = np.load(GOLDEN)
    labels = golden["labels"]
    image, cls = (part.ravel() for part in np.indices(labels.shape))
    u = np.random.RandomState(0).random_sample(labels.shape).ravel()
    known = KnownLabels(image, cls, labels.ravel() == 1, u, CLASSES[:7])

    def states(keep, codes=(1, 0, -1)):
        positive, negative, unknown = codes
        kept = np.where(labels == 1, positive, negative)
        return np.where(keep.reshape(labels.shape), kept, unknown)

    def numbers(found, axis):
        return [(found == state).sum(axis).tolist() for state in (1, 0)]

    for drop in (0.3, 0.5):
        np.testing.assert_array_equal(states(rps(known, drop)), golden[f"rps_{drop}"])
    for keep in (0.3, 0.5, 0.8):
        np.testing.assert_array_equal(states(pal(known, keep), (1, -1, 0)), golden[f"hcp_{keep}"])
    assert numbers(states(fpc(known, 10)), 0) == numbers(golden["fpc_10"], 0)
    assert numbers(states(spl(known)), 1)[0] == numbers(golden["cole_spl"], 1)[0]
    one_of_each = states(fps(known, num_pos=1, num_neg=1), (1, -1, 0))
    assert [(one_of_each == s).sum(1).tolist() for s in (1, -1)] == [
        (golden["cole_1p1n"] == s).sum(1).tolist() for s in (1, -1)
    ]

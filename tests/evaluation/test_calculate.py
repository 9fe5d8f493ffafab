"""Numbers of whole arrays, against scikit-learn, MMPretrain, the authors' code and brute force."""

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from mmpretrain.evaluation import AveragePrecision, MultiLabelMetric
from sklearn.metrics import average_precision_score, precision_recall_fscore_support

from mmpartial.evaluation import (
    PROTOCOLS,
    Evaluation,
    PartialMultiLabelMetric,
    binned_ranking,
    exact_ranking,
    report,
)
from mmpartial.evaluation.evaluation import check_scores

GOLDEN = np.load(Path(__file__).parents[1] / "data" / "golden" / "metrics.npz")
calculate = PartialMultiLabelMetric.calculate


@st.composite
def evaluations(draw, states=(-1, 0, 1), dtype=np.float64):
    """Scores in [0, 1], many of them equal, and labels."""
    shape = draw(st.tuples(st.integers(1, 25), st.integers(1, 5)))
    some = draw(st.lists(st.floats(0, 1, width=32), min_size=1, max_size=6))
    near = [np.nextafter(x, 0.5) for x in some]  # other numbers in float64 alone
    scores = draw(arrays(np.float64, shape, elements=st.sampled_from([*some, *near, -0.0])))
    return scores.astype(dtype), draw(arrays(np.int8, shape, elements=st.sampled_from(states)))


def random_test(images=300, classes=7, seed=0, states=(-1, 0, 1)):
    rng = np.random.default_rng(seed)
    labels = rng.choice(states, (images, classes))
    return (rng.random(labels.shape).round(2) + 0.3 * (labels == 1)) / 1.3, labels


def average_precision(scores, labels):
    """By definition: precision at each positive's score, among known labels."""
    known, positive = labels >= 0, labels == 1
    steps = [
        positive[scores >= s].sum() / known[scores >= s].sum() for s in scores[positive]
    ]  # fmt: skip
    return np.mean(steps) if steps else np.nan


def scored(labels):
    return np.flatnonzero((labels == 1).any(0) & (labels == 0).any(0))


@given(evaluations())
def test_average_precision_by_definition(test):
    scores, labels = test
    metrics, per_class = calculate(scores, labels)
    each = [average_precision(s, t) for s, t in zip(scores.T, labels.T, strict=True)]
    classes = scored(labels)
    assert per_class["AP"].notna().to_numpy().nonzero()[0].tolist() == classes.tolist()
    np.testing.assert_allclose(per_class["AP"][classes] / 100, np.array(each)[classes], 1e-12)
    expected = np.array(each)[classes]
    weights = (labels == 1).sum(0)[classes]
    assert metrics["excluded"] == labels.shape[1] - len(classes)
    if len(classes):
        assert metrics["mAP"] == pytest.approx(100 * expected.mean(), abs=1e-9)
        weighted = np.average(expected, weights=weights)
        assert metrics["weighted_mAP"] == pytest.approx(100 * weighted, abs=1e-9)
    else:
        assert np.isnan([metrics["mAP"], metrics["weighted_mAP"]]).all()
    micro = average_precision(scores.ravel(), labels.ravel())
    assert metrics["micro_AP"] == pytest.approx(100 * micro, abs=1e-9, nan_ok=True)


@settings(max_examples=20)  # scikit-learn takes most of the time
@given(evaluations(states=(0, 1)))
def test_full_labels_are_as_in_scikit_learn(test):
    scores, labels = test
    classes = scored(labels)
    for protocol in PROTOCOLS.keys() - {"vaw", "chexpert"}:  # these need certain classes
        metrics, per_class = calculate(scores, labels, protocol=protocol)
        for c in classes:
            expected = average_precision_score(labels[:, c], scores[:, c])
            assert per_class["AP"][c] == pytest.approx(100 * expected, abs=1e-9)
        for average, names in (("macro", ("CP", "CR", "mean_F1")), ("micro", ("OP", "OR", "OF1"))):
            expected = precision_recall_fscore_support(
                labels, scores >= 0.5, average=average, zero_division=0
            )
            if labels.shape[1] > 1:  # else scikit-learn takes it for a binary task
                found = [metrics[name] / 100 for name in names]
                np.testing.assert_allclose(found, expected[:3], atol=1e-12)


@given(evaluations(states=(0, 1), dtype=np.float32))
def test_mean_is_that_of_stock_where_all_scores_differ(test):
    scores, labels = test
    scores += np.arange(scores.size, dtype=np.float32).reshape(scores.shape) * 2
    expected = AveragePrecision.calculate(torch.from_numpy(scores), torch.from_numpy(labels))
    found = calculate(scores, labels, protocol="mmpretrain").metrics["mAP"]
    assert found == pytest.approx(float(expected), abs=1e-3)


def test_partial_labels_are_as_in_stock_where_that_is_defined():
    scores, labels = random_test()
    scores = scores + np.random.default_rng(1).random(scores.shape) / 1000
    arguments = torch.from_numpy(scores), torch.from_numpy(labels)
    metrics, per_class = calculate(*arguments, thr=0.6)
    stock = AveragePrecision.calculate(*arguments, average=None)
    np.testing.assert_allclose(per_class["AP"], stock, 1e-6)  # its precision is float32
    for average, names in (("macro", ("CP", "CR", "mean_F1")), ("micro", ("OP", "OR", "OF1"))):
        pred, target = (a.clone() for a in arguments)  # it writes into its target
        stock = MultiLabelMetric.calculate(pred, target, thr=0.6, average=average)[:3]
        np.testing.assert_allclose([metrics[name] for name in names], stock, 1e-5)


@pytest.mark.parametrize("target, suffix", [("target_full", "full"), ("target_partial", "partial")])
def test_numbers_of_the_authors_code(target, suffix):
    """They divide by the positives + 1e-8."""
    scores, labels = GOLDEN["scores"], GOLDEN[target]
    metrics, per_class = calculate(scores, labels, protocol="csl_open_images")
    expected = GOLDEN[f"csl/AP_{suffix}"]
    defined = per_class["AP"].notna()
    assert defined.tolist() == [c in scored(labels) for c in range(8)]
    np.testing.assert_allclose(per_class["AP"][defined], 100 * expected[defined], 1e-7)
    if suffix == "partial":
        assert metrics["mAP"] == pytest.approx(GOLDEN["csl/mAP_partial"], rel=1e-7)
        weighted = GOLDEN["csl/weighted_mAP_partial"]
        assert metrics["weighted_mAP"] == pytest.approx(weighted, rel=1e-7)
        assert metrics["excluded"] == GOLDEN["csl/counts_nolabel_noneg_nopos"].sum()
        negatives = calculate(scores, labels, protocol="miil").metrics["mAP"]
        expected = GOLDEN["csl/mAP_treating_unknown_as_nonpositive"]
        assert negatives == pytest.approx(expected, rel=1e-7)
    else:
        found = calculate(scores, labels, protocol="miil").metrics
        assert found["mAP"] == pytest.approx(GOLDEN["csl/mAP_full"], rel=1e-7)


def test_average_precision_of_other_authors_code():
    """MMPretrain's precision is float32."""
    scores, full, partial = (GOLDEN[k] for k in ("scores", "target_full", "target_partial"))
    each = calculate(scores, full, protocol="mmpretrain").per_class["AP"]
    np.testing.assert_allclose(each / 100, GOLDEN["cole/AP_full"], 1e-9)
    np.testing.assert_allclose(each, GOLDEN["mmpretrain/AP_full"], 1e-6)
    some = each[[0, 1, 2, 3, 4, 6]]
    np.testing.assert_allclose(some / 100, GOLDEN["hcp/AP_full_classes_012346"], 1e-9)
    each = calculate(scores, partial, protocol="mmpretrain").per_class["AP"]
    np.testing.assert_allclose(each[:7], GOLDEN["mmpretrain/AP_partial_classes_0to6"], 1e-6)


def test_threshold_numbers_of_the_authors_code():
    scores, labels = GOLDEN["scores"], GOLDEN["target_full"]
    metrics = calculate(scores, labels).metrics
    stock = [*GOLDEN["mmpretrain/CP_CR_meanF1"], *GOLDEN["mmpretrain/OP_OR_OF1"]]
    names = ("CP", "CR", "mean_F1", "OP", "OR", "OF1")
    np.testing.assert_allclose([metrics[name] for name in names], stock, 1e-6)
    asl = GOLDEN["asl_validate_rederived/CP_CR_meanF1_OP_OR_OF1"]
    np.testing.assert_allclose([metrics[name] for name in names], asl, 1e-6)
    some = [0, 1, 2, 3, 4, 6]
    metrics = calculate(scores[:, some], labels[:, some]).metrics
    names = ("OP", "OR", "OF1", "CP", "CR", "CF1")
    expected = GOLDEN["hcp/OP_OR_OF1_CP_CR_CF1_classes_012346"]
    np.testing.assert_allclose([metrics[name] / 100 for name in names], expected, 1e-6)


def test_bands():
    scores, labels = GOLDEN["scores"], GOLDEN["target_full"]
    options = dict(train_counts=GOLDEN["comic/train_count"])
    metrics, per_class = calculate(scores, labels, protocol="miil", **options)
    found = [metrics[name] for name in ("mAP", "mAP_head", "mAP_medium", "mAP_tail")]
    np.testing.assert_allclose(found, GOLDEN["comic/total_many_median_low"], 1e-7)
    bands = ["head"] * 3 + ["medium"] * 2 + ["tail"] * 2 + ["medium"]
    assert per_class["frequency"].tolist() == bands
    metrics, per_class = calculate(scores, labels, **options, bands=(5, 1))
    assert set(per_class["frequency"]) == {"head"}
    assert not {"mAP_medium", "mAP_tail"} & set(metrics)  # no class is in them
    assert metrics["mAP_head"] == metrics["mAP"]


def test_protocols_on_partial_labels():
    scores, labels = random_test()
    labels[:, 2], labels[:, 3], labels[:, 4] = -1, np.abs(labels[:, 3]), -1
    labels[:9, 4] = 0
    assumed = np.where(labels == -1, 0, labels)

    def of(labels, protocol):
        return calculate(scores, labels, protocol=protocol).metrics

    assert of(labels, "unknown_negative") == of(assumed, "known")
    assert of(labels, "miil") == of(assumed, "mmpretrain")
    assert of(labels, "known") == of(labels, "csl_open_images") != of(assumed, "known")
    known = of(labels, "known")
    assert known["excluded"] == 2 and of(labels, "mmpretrain")["excluded"] == 0
    assert of(labels, "mmpretrain")["mAP"] == pytest.approx(known["mAP"] * 5 / 7)
    fewer = np.delete(labels, 2, axis=1)
    without = calculate(np.delete(scores, 2, axis=1), fewer).metrics
    assert {**without, "excluded": 2} == pytest.approx(known)


@given(evaluations(), st.lists(st.floats(0, 1), min_size=5, max_size=5), st.integers(1, 5))
def test_thresholds_and_topk(test, thr, k):
    scores, labels = test
    classes = scores.shape[1]
    thr, k = thr[:classes], min(k, classes)
    metrics, per_class = calculate(scores, labels, thr=thr, topk=k)
    top = np.zeros(scores.shape, bool)
    for image, row in enumerate(scores):
        top[image, sorted(range(classes), key=lambda c: (-row[c], c))[:k]] = True
    for predicted, suffix in ((scores >= thr, ""), (top, f"_top{k}")):
        precision, recall, f1 = [], [], []
        for p, t in zip(predicted.T, labels.T, strict=True):
            p, t = p[t >= 0], t[t >= 0] == 1
            true = (p & t).sum()
            precision.append(true / p.sum() if true else 0.0)
            recall.append(true / t.sum() if true else 0.0)
            f1.append(2 * true / (p.sum() + t.sum()) if true else 0.0)
        if not suffix:
            np.testing.assert_allclose(per_class["F1"] / 100, f1, atol=1e-12)
        known = (labels >= 0).any(0)
        if not known.any():
            assert np.isnan(metrics["CP" + suffix])
            continue
        cp, cr, mean_f1 = (np.mean(np.array(v)[known]) for v in (precision, recall, f1))
        cf1 = 2 * cp * cr / (cp + cr) if cp + cr else 0
        true = (predicted & (labels == 1)).sum()
        total = (predicted & (labels >= 0)).sum() + (labels == 1).sum()
        expected = [cp, cr, cf1, mean_f1, 2 * true / total if true else 0]
        names = ("CP", "CR", "CF1", "mean_F1", "OF1")
        found = [metrics[name + suffix] / 100 for name in names]
        np.testing.assert_allclose(found, expected, atol=1e-12)


@given(evaluations())
@example((np.array([[1.0, 0.0]]), np.array([[1, -1]])))
def test_calibration_error(test):
    scores, labels = test
    per_class = calculate(scores, labels).per_class
    for c, (s, t) in enumerate(zip(scores.T, labels.T, strict=True)):
        s, t = s[t >= 0], t[t >= 0]
        if not len(t):
            assert np.isnan(per_class["ECE"][c])
            continue
        place = np.minimum(s * 15, 14).astype(int)
        error = sum(
            (place == b).mean() * abs(s[place == b].mean() - t[place == b].mean())
            for b in set(place)
        )
        assert per_class["ECE"][c] == pytest.approx(100 * error, abs=1e-9)


def test_scores_that_are_no_probabilities():
    scores, labels = random_test()
    found, expected = (calculate(s, labels) for s in (scores * 4 - 2, scores))
    assert np.isnan(found.metrics["ECE"]) and found.per_class["ECE"].isna().all()
    assert found.metrics["mAP"] == expected.metrics["mAP"]
    with pytest.raises(ValueError, match=r"bins are for probabilities"):
        calculate(scores * 4 - 2, labels, bins=10)


@given(evaluations(), st.integers(1, 40))
@settings(max_examples=200)
def test_bins_are_within_their_bound(test, bins):
    exact, table = calculate(*test)
    binned, binned_table = calculate(*test, bins=bins)
    if np.isnan(exact["mAP"]):
        assert np.isnan(binned["mAP"])
        return
    assert abs(binned["mAP"] - exact["mAP"]) <= binned["mAP_error"] + 1e-9
    assert binned["CF1"] == exact["CF1"] and binned["excluded"] == exact["excluded"]


def test_batches_of_float64_scores_are_one_test_set():
    scores, labels = random_test()
    whole, parts = (Evaluation(scores.shape[1]) for _ in range(2))
    whole.add_all(*check_scores(scores.round(2), labels))
    for rows in (slice(0, 30), slice(30, None)):
        parts.add(*check_scores(scores[rows].round(2), labels[rows]))
    assert report(parts).metrics == pytest.approx(report(whole).metrics)
    with pytest.raises(ValueError, match="add_all takes a whole test set"):
        whole.add_all(*check_scores(scores, labels))


def test_bounds_of_one_bin_are_reached():
    """2 positives and 3 negatives in one bin: negatives first, or tied positives first."""
    scores, labels = np.full((5, 1), 0.3), np.array([[1], [1], [0], [0], [0]])
    metrics = calculate(scores, labels, bins=1).metrics
    low, high = (1 / 4 + 2 / 5) / 2, 1
    assert metrics["mAP"] == pytest.approx(100 * (low + high) / 2)
    assert metrics["mAP_error"] == pytest.approx(100 * (high - low) / 2)


def test_many_bins_are_close():
    scores, labels = random_test(2000)
    exact, binned = (calculate(scores, labels, bins=bins).metrics for bins in (None, 5000))
    assert binned["mAP"] == pytest.approx(exact["mAP"], abs=0.5)
    assert binned["mAP_error"] < 1


def test_classes_in_several_chunks(monkeypatch):
    scores, labels = random_test()
    whole, binned = calculate(scores, labels), calculate(scores, labels, bins=9)
    for module in (exact_ranking, binned_ranking):
        monkeypatch.setattr(module, "_CHUNK", 250)
    assert calculate(scores, labels).per_class.equals(whole.per_class)
    assert calculate(scores, labels, bins=9).per_class.equals(binned.per_class)


def test_numbers_do_not_depend_on_the_kind_of_array():
    scores, labels = random_test()
    scores = scores.round(2)  # as float16 they order as they do
    expected = calculate(scores, labels).metrics["mAP"]
    learnt = torch.tensor(scores, requires_grad=True)
    assert calculate(learnt, labels).metrics["mAP"] == expected
    for kind in (torch.float64, torch.float32, torch.float16):
        found = calculate(torch.tensor(scores).to(kind), torch.tensor(labels).float())
        assert found.metrics["mAP"] == pytest.approx(expected, rel=1e-12), kind
    assert calculate(scores.tolist(), labels.tolist()).metrics["mAP"] == expected


def test_a_class_without_known_labels_is_not_in_mean_precision():
    scores, labels = np.full((4, 2), 0.9), np.array([[1, -1], [1, -1], [0, -1], [0, -1]])
    metrics = calculate(scores, labels).metrics
    assert (metrics["CP"], metrics["CR"], metrics["excluded"]) == (50, 100, 1)


@pytest.mark.parametrize(
    "change, message",
    [
        (dict(target=[[1, 2], [0, 0]]), r"sample 0 has the label 2 for class 1: labels are 1"),
        (dict(target=[[1, 0], [0.5, 0]]), r"sample 1 has the label 0.5 for class 0"),
        (dict(target=[[1, 0], [np.nan, 0]]), r"sample 1 has the label nan for class 0"),
        (dict(pred=[[0.1, 0.2], [0.3, np.nan]]), r"sample 1 has the score nan for class 1"),
        (dict(pred=[[0.1], [0.2]]), r"the scores have the shape \(2, 1\) and the labels \(2, 2\)"),
        (dict(pred=[0.1], target=[1]), r"give both as \(samples, classes\)"),
        (dict(pred=np.ones((0, 2)), target=np.ones((0, 2))), r"there is no sample to evaluate, or"),
        (dict(pred=np.ones((2, 0)), target=np.ones((2, 0))), r"there is no sample to evaluate, or"),
        (dict(thr=[0.5]), r"thr holds 1 thresholds, but the scores have 2 classes"),
        (dict(thr=[0.5] * 3), r"thr holds 3 thresholds"),
        (dict(topk=3), r"topk=3 of 2 classes: choose 1 to 2"),
        (dict(topk=0), r"topk=0 of 2 classes"),
        (
            dict(protocol="voc"),
            r"there is no protocol 'voc': choose one of known, unknown_negative",
        ),
        (
            dict(train_counts=[1, 2, 3]),
            r"train_counts has 3 entries, but the scores",
        ),
        (dict(classes=["cat"]), r"classes has 1 entries, but the scores have 2 classes"),
    ],
)
def test_what_does_not_fit(change, message):
    arguments = dict(pred=[[0.1, 0.2], [0.3, 0.4]], target=[[1, 0], [0, 1]]) | change
    with pytest.raises(ValueError, match=message):
        calculate(**arguments)

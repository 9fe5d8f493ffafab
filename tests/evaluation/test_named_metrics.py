"""Metrics beside the standard ones, against scikit-learn and brute force."""

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from mmpartial.evaluation import PartialMultiLabelMetric, confusion_matrices, curve_points
from mmpartial.evaluation.calibration_errors import CALIBRATION
from mmpartial.evaluation.image_metrics import IMAGES
from mmpartial.evaluation.named_metrics import EXACT, NAMES
from tests.evaluation.test_calculate import evaluations, random_test, scored

calculate = PartialMultiLabelMetric.calculate
shares = st.sampled_from([0.01, 0.25, 1 / 3, 0.5, 0.9, 1.0])


def values(test, names, **options):
    """Numbers and columns as shares."""
    metrics, table = calculate(*test, further_metrics=names, **options)
    return {name: value / 100 for name, value in metrics.items()}, table


def known(test):
    """Scores and labels of each class without the unknown ones."""
    for s, t in zip(*(part.T for part in test), strict=True):
        yield s[t >= 0], t[t >= 0]


def close(found, expected):
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


def mean(each):
    each = np.asarray(each, dtype=float)
    return each[np.isfinite(each)].mean() if np.isfinite(each).any() else np.nan


@given(evaluations(), st.booleans())
def test_auroc(test, single):
    """A positive scores above a negative; equal scores are half of it."""
    test = (test[0].astype(np.float32 if single else np.float64), test[1])

    def auroc(s, t):
        positive, negative = s[t == 1][:, None], s[t == 0]
        higher = (positive > negative) + (positive == negative) / 2
        return higher.mean() if higher.size else np.nan

    found, table = values(test, ["auroc"])
    each = [auroc(s, t) for s, t in known(test)]
    close(table["auroc"] / 100, each)
    close([found["auroc"], found["micro_auroc"]], [mean(each), auroc(*map(np.ravel, test))])
    for c in scored(test[1]):
        s, t = test[0][:, c], test[1][:, c]
        close(table["auroc"][c] / 100, sk.roc_auc_score(t[t >= 0], s[t >= 0]))


@given(evaluations(), st.sampled_from([0.5, 1.0, 2.0, 3.5]))
@settings(max_examples=20)
def test_decisions_are_as_in_scikit_learn_on_known_labels(test, beta):
    functions = {
        f"f{beta:g}": lambda t, p: sk.fbeta_score(t, p, beta=beta, zero_division=0),
        "mcc": sk.matthews_corrcoef,
        "jaccard": lambda t, p: sk.jaccard_score(t, p, zero_division=0),
        "hamming": sk.hamming_loss,
        "accuracy": sk.accuracy_score,
        "sensitivity": lambda t, p: sk.recall_score(t, p) if 1 in t else np.nan,
        "specificity": lambda t, p: sk.recall_score(t, p, pos_label=0) if 0 in t else np.nan,
        "cohen_kappa": sk.cohen_kappa_score,
        "balanced_accuracy": lambda t, p: (
            sk.balanced_accuracy_score(t, p) if len(set(t)) == 2 else np.nan
        ),
    }
    found, table = values(test, list(functions))
    together = np.concatenate([np.stack(part) for part in known(test)], axis=1)
    matrices = confusion_matrices(*test)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a confusion matrix of one class
        for name, function in functions.items():
            each = [function(t, s >= 0.5) if len(t) else np.nan for s, t in known(test)]
            close(table[name] / 100, each)
            s, t = together
            micro = function(t.astype(int), s >= 0.5) if len(t) else np.nan
            close([found[name], found[f"micro_{name}"]], [mean(each), micro])
        for matrix, (s, t) in zip(matrices, known(test), strict=True):
            expected = sk.confusion_matrix(t, s >= 0.5, labels=[0, 1]) if len(t) else 0
            assert (matrix == expected).all()


@given(evaluations(), shares)
def test_one_share_at_another(test, least):
    names = ["sensitivity_at_specificity", "specificity_at_sensitivity",
             "precision_at_recall", "recall_at_precision"]  # fmt: skip
    _, table = values(test, [f"{name}{least:.3g}" for name in names])
    least = float(f"{least:.3g}")
    for c, (s, t) in enumerate(known(test)):
        found = [table[f"{name}{least:.3g}"][c] / 100 for name in names]
        if len(set(t)) < 2:
            assert np.isnan(found).all()
            continue
        best = np.zeros(4)
        for thr in {*s}:
            sensitivity = (s[t == 1] >= thr).mean()
            specificity, precision = (s[t == 0] < thr).mean(), t[s >= thr].mean()
            pairs = ((sensitivity, specificity), (specificity, sensitivity),
                     (precision, sensitivity), (sensitivity, precision))  # fmt: skip
            best = np.maximum(best, [value * (other >= least) for value, other in pairs])
        close(found, best)


def image_values(s, t):
    """Of one image with a known label, by definition."""
    s, t = s[t >= 0], t[t >= 0]
    positive, negative = s[t == 1], s[t == 0]
    wrong = [p <= n for p in positive for n in negative]
    precision = [(positive >= p).sum() / (s >= p).sum() for p in positive]
    return {
        "exact_match": ((s >= 0.5) == t).all(),
        "samples_f1": 2 * ((s >= 0.5) & t).sum() / max(1, (s >= 0.5).sum() + t.sum()),
        "ranking_loss": np.mean(wrong) if wrong else 0,
        "label_ranking_ap": np.mean(precision) if precision else 1,
        "coverage": max(((s >= p).sum() for p in positive), default=0) / 100,
        "top1_accuracy": t[s.argmax()] if len(positive) else np.nan,
    }


@given(evaluations())
def test_images_by_definition(test):
    rows = [image_values(s, t) for s, t in zip(*test, strict=True) if (t >= 0).any()]
    names = list(IMAGES)
    found, _ = values(test, names)
    close([found[name] for name in names], [mean([row[name] for row in rows]) for name in names])


@given(evaluations(states=(0, 1)))
def test_images_with_full_labels_are_as_in_scikit_learn(test):
    scores, labels = test
    if labels.shape[1] == 1:
        return  # scikit-learn takes it for a binary task
    functions = {
        "exact_match": lambda t, s: sk.accuracy_score(t, s >= 0.5),
        "samples_f1": lambda t, s: sk.f1_score(t, s >= 0.5, average="samples", zero_division=0),
        "ranking_loss": sk.label_ranking_loss,
        "label_ranking_ap": sk.label_ranking_average_precision_score,
        "coverage": lambda t, s: sk.coverage_error(t, s) / 100,
        "hamming": lambda t, s: sk.hamming_loss(t, s >= 0.5),
    }
    found, _ = values(test, list(functions))
    for name, function in functions.items():
        close(found[name], function(labels, scores))


@given(evaluations(), st.booleans())
def test_calibration_errors(test, single):
    test = (test[0].astype(np.float32 if single else np.float64), test[1])
    names = ["mce", "average_calibration_error", "rms_calibration_error", "ace"]
    _, table = values(test, names)
    for c, (s, t) in enumerate(known(test)):
        if not len(t):
            assert table[names].loc[c].isna().all()
            continue
        s, t = s.astype(float), t.astype(float)
        wide = np.minimum(np.asarray(s.astype(test[0].dtype) * 15).astype(int), 14)
        order = np.lexsort((t, s))
        even = np.empty(len(t), int)
        even[order] = np.arange(len(t)) * 15 // len(t)
        differences = [
            [abs((s - t)[place == b].mean()) for b in set(place)] for place in (wide, even)
        ]
        share = np.bincount(wide)[np.unique(wide)] / len(t)
        square = np.square([abs((s - t)[wide == b].mean()) for b in np.unique(wide)])
        expected = [max(differences[0]), np.mean(differences[0]), (share @ square) ** 0.5]
        close(table[names].loc[c] / 100, [*expected, np.mean(differences[1])])


@given(evaluations(dtype=np.float32), st.sampled_from([0.5, 2.0, -3.0]))
@settings(max_examples=50)
def test_hinge_loss(test, scale):
    test = (test[0] * np.float32(scale), test[1])
    metrics, table = calculate(*test, further_metrics=["hinge"])
    each = []
    for s, t in known(test):
        losses = np.maximum(0, 1 - (2.0 * t - 1) * s)
        each.append(losses.mean() if len(t) else np.nan)
        if len(set(t)) == 2:  # scikit-learn turns labels of one class into negatives
            close(each[-1], sk.hinge_loss(t, s.astype(float)))
    close(table["hinge"], each)
    close(metrics["hinge"], mean(each))


def test_scores_that_are_no_probabilities_have_no_calibration_error():
    scores, labels = random_test()
    names = [*CALIBRATION, "ace"]
    metrics, table = calculate(scores * 4 - 2, labels, further_metrics=[*names, "auroc"])
    assert np.isnan([metrics[name] for name in names]).all() and table[names].isna().all(None)
    assert metrics["auroc"] == pytest.approx(
        calculate(scores, labels, further_metrics=["auroc"])[0]["auroc"]
    )


@given(evaluations())
@settings(max_examples=50)
def test_bins_that_tell_all_scores_apart_are_exact(test):
    ranks = np.unique(test[0], return_inverse=True)[1].reshape(test[0].shape)
    scores = 1 / (1 + np.exp(10 - 0.5 * ranks))  # the logits are at least 20 bins apart
    names = [name for name in NAMES if name not in EXACT]
    exact, binned = (
        calculate(scores, test[1], further_metrics=names, bins=b) for b in (None, 1000)
    )
    for name in exact.metrics.keys() - {"mAP", "micro_AP", "weighted_mAP"}:  # between bounds
        close(binned.metrics[name], exact.metrics[name])


@given(evaluations())
def test_points_of_curves_by_definition(test):
    for s, t in [*known(test), next(known([part.reshape(-1, 1) for part in test]))]:
        if len(set(t)) < 2:
            with pytest.raises(ValueError, match="curves need a positive and a negative one"):
                curve_points(s, t)
            continue
        points = curve_points(s, t)
        assert points.threshold.tolist() == [np.inf, *sorted({*s.tolist()}, reverse=True)]
        for row in points[1:].itertuples():
            predicted = s >= row.threshold
            expected = t[predicted].mean(), predicted[t == 1].mean(), predicted[t == 0].mean()
            close([row.precision, row.recall, row.false_positive_rate], expected)
        assert points.loc[0, ["precision", "recall", "false_positive_rate"]].tolist() == [1, 0, 0]


def test_protocols_of_benchmarks():
    scores, labels = random_test(classes=20)
    classes = [f"finding {c}" for c in range(20)]
    known = calculate(
        scores, labels, topk=15, further_metrics=["auroc", "top1_accuracy", "balanced_accuracy"]
    )

    def of(protocol, classes=None):
        return calculate(scores, labels, protocol=protocol, classes=classes).metrics

    assert of("cxr_lt")["auroc"] == of("birdset")["auroc"] == known.metrics["auroc"]
    assert of("birdset")["top1_accuracy"] == known.metrics["top1_accuracy"]
    for name in ("balanced_accuracy", "CR_top15", "OF1_top15"):
        assert of("vaw")[name] == known.metrics[name]
    with pytest.raises(ValueError, match="no class is named Atelectasis, Cardio"):
        of("chexpert", classes)
    five = ["Atelectasis", "Cardiomegaly", "Consolidation", "Edema", "Pleural Effusion"]
    found = of("chexpert", [*classes[:15], *five])["auroc_findings"]
    assert found == pytest.approx(known.per_class["auroc"][15:].mean())


@pytest.mark.parametrize(
    "options, message",
    [
        (
            dict(further_metrics=["roc"]),
            r"there is no metric 'roc': choose from auroc, f2, accuracy",
        ),
        (dict(further_metrics=["f0"]), r"there is no metric 'f0'"),
        (dict(further_metrics=["recall_at_precision"]), r"no metric 'recall_at_precision'"),
        (dict(further_metrics=["recall_at_precision1.5"]), r"no metric 'recall_at_precision1.5'"),
        (
            dict(further_metrics="auroc"),
            r"further_metrics='auroc' is one name: write it into a list, \['auroc'\]",
        ),
        (
            dict(further_metrics=["ace"], bins=10),
            r"'ace' needs exact scores: take out bins, or the name",
        ),
    ],
)
def test_wrong_metrics(options, message):
    with pytest.raises(ValueError, match=message):
        PartialMultiLabelMetric(**options)

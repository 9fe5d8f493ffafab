import numpy as np

from mmpartial.labels import NEGATIVE, POSITIVE, UNKNOWN
from mmpartial.reports.predicted import Predicted


def entropy(p):
    return -(p * np.log(p) + (1 - p) * np.log(1 - p))


def random_predictions(images=50, classes=4):
    rng = np.random.default_rng(0)
    p = rng.uniform(0.01, 0.99, (images, classes))
    return p, rng.choice([POSITIVE, NEGATIVE, UNKNOWN], p.shape)


def test_images_that_stand_out_do_not_depend_on_batches():
    p, labels = random_predictions()
    predicted = Predicted([0], images=5)
    for start in range(0, 50, 8):
        predicted.add(p[start : start + 8], labels[start : start + 8])
    right = np.where(labels == 1, p, 1 - p)
    known = labels >= 0
    surprise = (-np.log(right) * known).sum(1) / known.sum(1).clip(min=1)
    unsure = entropy(p).mean(1)
    expected = {"surprising": -surprise, "least sure": -unsure, "most sure": unsure}
    for kind, order in expected.items():
        rows = [image.row for image in predicted.kept[kind]]
        assert rows == np.argsort(order)[:5].tolist(), kind
    row = predicted.kept["surprising"][0].row
    assert predicted.kept["surprising"][0].labels.tolist() == labels[row].tolist()
    np.testing.assert_allclose(predicted.kept["surprising"][0].probabilities, p[row])


def test_confusion_counts_known_labels_alone():
    p, labels = random_predictions()
    predicted = Predicted([2, 0])
    predicted.add(p[:20], labels[:20])
    predicted.add(p[20:], labels[20:])
    share, images = predicted.confusion()
    here = (labels[:, 2] == POSITIVE) & (labels[:, 0] == NEGATIVE)
    assert images[0, 1] == here.sum() > 0
    np.testing.assert_allclose(share[0, 1], p[here, 0].mean())
    assert images[0, 0] == 0 and np.isnan(share[0, 0])


def test_certain_predictions_have_a_finite_surprise():
    predicted = Predicted([0])
    predicted.add(np.array([[0.0], [1.0]]), np.array([[POSITIVE], [POSITIVE]]))
    assert [image.row for image in predicted.kept["surprising"]] == [0, 1]
    assert np.isfinite(predicted.kept["surprising"][0].rank)


def test_reliability_counts_known_labels_alone():
    predicted = Predicted([])
    p = np.array([[0.02, 0.95], [0.04, 1.0], [0.5, 0.5]])
    predicted.add(p[:2], np.array([[NEGATIVE, POSITIVE], [POSITIVE, NEGATIVE]]))
    predicted.add(p[2:], np.full((1, 2), UNKNOWN))
    found = predicted.reliability()
    assert found.labels.tolist() == [2, 2] and found.positive.tolist() == [0.5, 0.5]
    np.testing.assert_allclose(found.probability, [0.03, 0.975], atol=1e-6)

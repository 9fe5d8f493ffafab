import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from mmpartial.engine.linear_heads import OutOfFold, fit, folds
from mmpartial.labels.matrix import LabelMatrix
from mmpartial.utils.counter_rng import hash_ints


def out_of_fold(x, y, fold):
    """The log odds of all images."""
    return OutOfFold(x, LabelMatrix.from_dense(y), fold).logits(np.arange(len(y)))


@pytest.fixture
def data():
    """Features, and two classes that follow them."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 4)).astype(np.float32)
    y = (x[:, :2] + 0.5 * rng.normal(size=(200, 2)) > 0.3).astype(np.int8)
    return x, y


def test_each_class_is_a_logistic_regression_of_its_known_labels(data):
    x, y = data
    y[:60, 0] = -1
    weight, bias = fit(torch.from_numpy(x), torch.from_numpy(y), 0.1)
    for cls in range(2):
        known = y[:, cls] >= 0
        model = LogisticRegression(C=1 / (0.1 * known.sum()), tol=1e-8).fit(x[known], y[known, cls])
        np.testing.assert_allclose(weight[:, cls], model.coef_[0], atol=2e-3)
        assert float(bias[cls]) == pytest.approx(model.intercept_[0], abs=2e-3)


def test_unknown_labels_stand_in_for_negatives(data):
    x, y = data
    y[y == 0] = -1
    z = out_of_fold(torch.from_numpy(x), y, np.arange(200) % 4).numpy()
    assert (z[y[:, 0] == 1, 0].mean() - z[y[:, 0] == -1, 0].mean()) > 0.3
    positive, unknown = (y == 1).sum(0), (y == -1).sum(0)
    share = torch.tensor(positive / (positive + np.minimum(positive, unknown))).logit().numpy()
    np.testing.assert_allclose(z.mean(0), share, atol=0.15)


def test_no_label_speaks_for_itself(data):
    x, y = data
    fold = np.arange(200) % 5
    z = out_of_fold(torch.from_numpy(x), y, fold)
    y[fold == 2] = 1 - y[fold == 2]
    again = out_of_fold(torch.from_numpy(x), y, fold)
    torch.testing.assert_close(again[fold == 2], z[fold == 2])
    assert not torch.allclose(again[fold == 1], z[fold == 1])


def test_a_class_without_labels():
    x, y = torch.randn(8, 2), np.full((8, 1), -1, dtype=np.int8)
    assert not out_of_fold(x, y, np.arange(8) % 2).any()


def test_a_class_in_one_fold_only(data):
    """The other folds do not know how it looks, so its labels there are not doubted."""
    x, y = data
    fold = np.arange(200) % 4
    y[:, 0], y[:, 1] = fold == 2, fold != 2
    z = out_of_fold(torch.from_numpy(x), y, fold)
    assert not z[fold == 2].any() and z[fold != 2].all()


def test_the_fold_of_an_image_depends_on_its_id():
    hashes = np.arange(1000) * 977
    fold = folds(hashes, 4)
    assert np.bincount(fold).min() > 200 and len(np.bincount(fold)) == 4
    assert (folds(hashes[::-1].copy(), 4) == fold[::-1]).all()
    assert (folds(hashes, 4, seed=1) != fold).any()
    grouped = folds(np.repeat(hashes, 2), 4)
    assert (grouped[::2] == grouped[1::2]).all()
    with pytest.raises(ValueError, match="all 9 images are in one of 4 folds, because they"):
        folds(np.full(9, 5), 4)


def test_folds_do_not_depend_on_the_split():
    """Which has the same seed by default, and orders equal images by the hash of their ids."""
    hashes = np.random.default_rng(0).integers(-(2**63), 2**63 - 1, 4000)
    part = hashes[hash_ints(0, torch.from_numpy(hashes)).numpy().argsort()[:2000]]
    assert np.bincount(folds(part, 5), minlength=5).min() > 350


def test_images_without_a_known_label_are_left_out(data, monkeypatch):
    x, y = data
    y[:, 1], y[:50] = -1, -1
    fold, sizes = np.arange(200) % 2, []
    z = (x - x.mean(0)) / x.std(0, ddof=1)
    expected = np.empty(200, dtype=np.float32)
    for one in range(2):
        here, other = fold == one, fold != one
        weight, bias = fit(torch.from_numpy(z[other]), torch.from_numpy(y[other]), 1.0)
        expected[here] = (z[here] @ weight.numpy() + bias.numpy())[:, 0]

    def watched(features, *rest):
        sizes.append(len(features))
        return fit(features, *rest)

    monkeypatch.setattr("mmpartial.engine.linear_heads.fit", watched)
    found = out_of_fold(torch.from_numpy(x), y, fold)
    np.testing.assert_allclose(found[:, 0], expected, atol=1e-3)
    assert sizes == [75, 75]


def test_the_weights_of_classes_do_not_depend_on_the_block(data, monkeypatch):
    x, y = data
    fold = np.arange(200) % 3
    heads = OutOfFold(torch.from_numpy(x), LabelMatrix.from_dense(y), fold)
    monkeypatch.setattr("mmpartial.engine.linear_heads._CLASSES", 1)
    one = OutOfFold(torch.from_numpy(x), LabelMatrix.from_dense(y), fold)
    rows = np.array([5, 3, 199])
    torch.testing.assert_close(heads.logits(rows), one.logits(rows), atol=1e-2, rtol=1e-2)
    torch.testing.assert_close(heads.logits(rows), heads.logits(np.arange(200))[rows])

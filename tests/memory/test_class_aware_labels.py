"""As many hard labels of each class as are expected."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from mmpartial.labels import LabelBatch
from mmpartial.labels.matrix import LabelMatrix
from mmpartial.memory.base import HeadOutput
from mmpartial.memory.class_aware_labels import ClassAwareLabels, class_aware, unknown_shares
from tests.models.golden import Golden

GOLDEN = Golden("cap")


@pytest.mark.parametrize("case", ["n40x7", "n40x7_per", "n40x7_rare"])
def test_golden(case):
    """Of the authors' labels, those of classes of which a positive is expected."""
    part = {name: GOLDEN[f"{case}/{name}"] for name in ("probs", "pseudo", "mask")}
    shares = torch.stack([GOLDEN[f"{case}/{name}"] for name in ("pos_freq", "neg_freq")])
    keep = (float(GOLDEN[f"{case}/{name}"]) for name in ("pos_per", "neg_per"))
    found = class_aware(part["probs"], torch.ones(40, 7, dtype=torch.bool), shares, *keep)
    expected = part["pseudo"].masked_fill(part["mask"] == 0, torch.nan)
    common = shares[0] * 40 >= 1
    assert common.sum() == (5 if case == "n40x7_rare" else 7)
    torch.testing.assert_close(found[:, common], expected[:, common], equal_nan=True)
    assert not (found[:, ~common] == 1).any() and (found[:, ~common] == 0).sum(0).eq(39).all()


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 12), st.integers(1, 5), st.integers(0, 2**31))
def test_restated(N, C, seed):
    """The authors' rule for the unknown labels of a class, one by one."""
    rng = np.random.default_rng(seed)
    score, candidates = rng.integers(-3, 4, (N, C)) / 2.0, rng.random((N, C)) < 0.7
    score[rng.random((N, C)) < 0.1] = np.nan
    f = rng.random(C)
    f[rng.random(C) < 0.1] = np.nan
    expected = np.full((N, C), np.nan)
    for c in range(C):
        rows = [r for r in range(N) if candidates[r, c] and not np.isnan(score[r, c])]
        if np.isnan(f[c]) or not rows:
            continue
        up = sorted(score[rows, c])
        counts = (f[c], 0.8 * f[c], 0.6 * (1 - f[c]))
        k, high, low = (int(share * len(rows)) for share in counts)
        for r in rows:
            if (high and score[r, c] >= up[-high]) or (low and score[r, c] <= up[low - 1]):
                expected[r, c] = float(k > 0 and score[r, c] >= up[-k])
    shares = torch.from_numpy(np.stack([f, 1 - f]))
    found = class_aware(*map(torch.from_numpy, (score, candidates)), shares, 0.8, 0.6)
    np.testing.assert_array_equal(found.numpy(), expected)


def test_shares_of_known_labels_and_of_a_prior():
    """Classes with both kinds, positives alone, nothing known, everything known."""
    dense = np.array([[1, 1, -1, 1], [0, -1, -1, 0], [0, -1, -1, 0], [-1, -1, -1, 0]])
    labels = LabelMatrix.from_dense(dense.astype(np.int8))
    nan = float("nan")
    torch.testing.assert_close(
        unknown_shares(labels),
        torch.tensor([[1 / 3, nan, nan, 0.25], [2 / 3, nan, nan, 0.75]], dtype=torch.float64),
        equal_nan=True,
    )
    prior = torch.tensor([0.25, 0.5, 0.5, 0.25])
    torch.testing.assert_close(  # of four images: one, two, two, one are positive
        unknown_shares(labels, prior),
        torch.tensor([[0, 1 / 3, 0.5, 0], [1, 2 / 3, 0.5, 0]], dtype=torch.float64),
    )


def test_each_pass_decides_the_unknown_labels_anew():
    dense = np.array([[1, 0], [0, 1], [-1, -1], [-1, -1], [-1, 0]], dtype=np.int8)
    dataset = SimpleNamespace(labels=LabelMatrix.from_dense(dense), fingerprint="x")
    shares = unknown_shares(dataset.labels)
    table = ClassAwareLabels(dataset, shares, start=2, keep=(1.0, 0.998))
    target, row = torch.from_numpy(dense).float(), torch.arange(5)

    def predict(sign):
        logits = sign * torch.tensor([[9.0, 9], [9, 9], [30, -1], [40, 1], [-2, 9]])
        for part in ([4, 0], [1, 2, 3]):
            rows = torch.tensor(part)
            yield HeadOutput(LabelBatch(target[rows], target[rows] == -1, row=rows), logits[rows])

    table.end_epoch(lambda: predict(1), None, 0)
    assert torch.equal(table.completed(row, target), target)
    table.end_epoch(lambda: predict(1), None, 1)  # of a: 1 of 2 and 1 of 2; of b: none and 1
    first = table.completed(row, target)
    assert first[:, 0].tolist() == [1, 0, -1, 1, 0] and first[:, 1].tolist() == [0, 1, 0, -1, 0]
    table.end_epoch(lambda: predict(-1), None, 2)
    assert table.completed(row, target)[:, 0].tolist() == [1, 0, -1, 0, 1]

    other = ClassAwareLabels(dataset, torch.zeros(2, 2), start=2, keep=(1.0, 0.998))
    other.load_state_dict(table.state_dict(""), "")
    assert torch.equal(other.shares, shares)
    assert torch.equal(other.values.nan_to_num(9), table.values.nan_to_num(9))

"""Losses against their formulas, written with loops; and at the edges of what they get."""

import numpy as np
import torch

from mmpartial.labels import LabelBatch


def check_restated(loss, restated, scale=3.0, pseudo=False):
    """Value and gradient of a loss equal those of ``restated(x, t)`` on random batches.

    With ``pseudo`` it is ``restated(x, t, s)``, and half of the pseudo labels s are NaN.
    """
    for seed in range(20):
        rng = np.random.default_rng(seed)
        shape = rng.integers(2, 6), rng.integers(1, 8)
        x = torch.tensor(rng.normal(0, scale, shape), requires_grad=True)
        t = torch.tensor(rng.choice([1.0, 0.0, -1.0], shape))
        s = torch.tensor(rng.choice([1.0, 0.0, 0.3, np.nan], shape)) if pseudo else None
        value = loss(x, LabelBatch(t, t == -1, s, all_selected=True))
        expected = restated(x, t, s) if pseudo else restated(x, t)
        torch.testing.assert_close(value, expected, rtol=1e-9, atol=1e-12)
        grad, expected = (torch.autograd.grad(v, x)[0] for v in (value, expected))
        torch.testing.assert_close(grad, expected, rtol=1e-7, atol=1e-11)


def each(x, t):
    """Logit, label and both indices of each element."""
    for i, c in np.ndindex(*x.shape):
        yield x[i, c], int(t[i, c]), i, c


def check_edges(loss):
    """Batches without images, classes, positives, negatives or known labels; huge logits."""
    for shape in (0, 7), (4, 0), (4, 1), (4, 7):
        for state in (1.0, 0.0, -1.0):
            for size in (0.0, 1.0, 100.0, 1e4):
                x = torch.full(shape, size)
                x[::2] *= -1
                x.requires_grad_()
                value = loss(x, torch.full(shape, state))
                assert value.shape == () and torch.isfinite(value), (shape, state, size)
                (grad,) = torch.autograd.grad(value, x)
                assert torch.isfinite(grad).all(), (shape, state, size)
                if 0 in shape:
                    assert value == 0

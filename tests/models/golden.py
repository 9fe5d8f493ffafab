"""Numbers of the authors' own code, ``tests/data/golden``.

Each file holds ``CASE/logits``, ``CASE/target`` (1, 0, -1) and, for each variant of a method,
``CASE/VARIANT/loss`` and ``.../grad``, in float64, and ``.../loss_f32``, the same in float32.
"""

from pathlib import Path

import numpy as np
import torch

from mmpartial.labels import LabelBatch

FOLDER = Path(__file__).parents[1] / "data" / "golden"


class Golden:
    """One file of golden numbers."""

    def __init__(self, name):
        self.data = np.load(FOLDER / f"{name}.npz")

    def cases(self, variant):
        """The cases that have the variant."""
        names = [key.split("/")[0] for key in self.data if key.endswith(f"/{variant}/loss")]
        assert names, variant
        return names

    def __getitem__(self, key):
        return torch.from_numpy(self.data[key].astype(np.float64))

    def target(self, case):
        return self[f"{case}/target"]


def check(loss, golden, case, variant, target=None, rtol=1e-6, atol=1e-10, prefix="", **labels):
    """Value and gradient of a loss equal the authors' numbers.

    An elementwise golden loss is compared with the sum of ours; ``labels`` go to the LabelBatch.
    ``prefix`` names another version of the numbers. The value in float32 equals theirs as well.
    """
    logits = golden[f"{case}/logits"].requires_grad_()
    target = golden.target(case) if target is None else target
    batch = LabelBatch(target, target == -1, all_selected=True, row=torch.arange(len(target)),
                       **labels)  # fmt: skip
    value = loss(logits, batch)
    value.backward()
    expected = golden[f"{case}/{variant}/{prefix}loss"].sum()
    torch.testing.assert_close(value.detach(), expected, rtol=rtol, atol=1e-12)
    grad = golden[f"{case}/{variant}/{prefix}grad"]
    torch.testing.assert_close(logits.grad, grad, rtol=rtol, atol=atol)
    if f"{case}/{variant}/loss_f32" in golden.data:
        single = loss(logits.detach().float(), batch).double()
        expected = golden[f"{case}/{variant}/loss_f32"].sum()
        torch.testing.assert_close(single, expected, rtol=max(rtol, 1e-5), atol=1e-6)

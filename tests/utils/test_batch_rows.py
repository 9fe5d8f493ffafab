"""Rows of a batch that are the batch already, and those that are not."""

import pytest
import torch

from mmpartial.utils.batch_rows import stacked

BATCH = torch.arange(12.0).view(3, 4).clone()


def test_rows_of_a_batch_are_the_batch():
    assert stacked(list(BATCH)) is BATCH


@pytest.mark.parametrize(
    "rows",
    [
        list(BATCH.flip(0))[::-1],
        list(BATCH)[:2],
        [BATCH[0], BATCH[2], BATCH[1]],
        [BATCH[0], BATCH[1], BATCH[1]],
        [BATCH[0], BATCH[1].clone(), BATCH[2]],
        [row.clone() for row in BATCH],
        list(BATCH.T),
        list(BATCH[:, :3]),
        list(BATCH.view(3, 2, 2)),
        list(torch.zeros(3, 4)),
    ],
)
def test_other_rows_are_stacked(rows):
    result = stacked(rows)
    assert torch.equal(result, torch.stack(rows)) and result is not BATCH

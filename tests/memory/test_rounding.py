"""Rounding at random by hash."""

import torch

from mmpartial.memory.rounding import moved, rounding_offsets


def test_offsets_are_uniform_and_independent():
    offsets = rounding_offsets(3, torch.arange(400), 402)
    counts = torch.histc(offsets, 16, 0, 1)
    expected = offsets.numel() / 16
    assert float((counts - expected).square().sum() / expected) < 40  # chi2, 15 degrees of freedom
    fours = offsets[:, :400].reshape(-1, 4)  # those of one hash
    assert (torch.corrcoef(fours.T) - torch.eye(4)).abs().max() < 0.02
    assert offsets.min() >= 0 and offsets.max() < 1
    assert torch.equal(offsets * 2**16, (offsets * 2**16).floor())


def test_offsets_depend_on_epoch_image_and_class_alone():
    row = torch.tensor([5, 2, 9])
    offsets = rounding_offsets(1, row, 10)
    assert torch.equal(offsets[[1]], rounding_offsets(1, row[[1]], 10))
    assert torch.equal(offsets[:, :7], rounding_offsets(1, row, 7))
    assert not torch.isclose(offsets, rounding_offsets(2, row, 10)).any()


def test_rounding_keeps_the_mean_of_small_steps():
    row, old, value = torch.arange(1000), torch.full((1000, 20), 7.0), torch.full((1000, 20), 0.05)
    new = moved(old, value, 0.9, rounding_offsets(0, row, 20)).floor()
    assert abs(float(new.mean()) - (0.9 * 7 + 0.1 * 0.05 * 255)) < 0.02
    assert set(new.unique().tolist()) == {7.0, 8.0}

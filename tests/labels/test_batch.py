"""The labels of a batch, and their masks."""

from dataclasses import FrozenInstanceError, replace

import pytest
import torch

from mmpartial.labels import LabelBatch

TARGET = torch.tensor([[1.0, 0.0, -1.0, 0.3, -1.0]])
PSEUDO = torch.tensor([[0.9, 0.9, 0.25, 0.9, 0.5]])
FIRST = torch.tensor([[False, False, True, False, False]])


def test_masks():
    some, every = LabelBatch(TARGET, FIRST, PSEUDO), LabelBatch.from_target(TARGET)
    every = replace(every, pseudo=PSEUDO)
    for labels in (some, every):
        assert labels.known.tolist() == [[True, True, False, True, False]]
        assert labels.known_mask.tolist() == [[1, 1, 0, 1, 0]]
        assert torch.equal(labels.positive, torch.tensor([[1, 0, 0, 0.3, 0]]))
        assert labels.unknown_pseudo.tolist() == [[0, 0, 0.25, 0, 0.5]]
    assert some.selected_mask.tolist() == [[0, 0, 1, 0, 0]]
    assert some.selected_pseudo.tolist() == [[0, 0, 0.25, 0, 0]]
    assert every.selected_mask.tolist() == [[0, 0, 1, 0, 1]]
    assert every.selected_pseudo.tolist() == [[0, 0, 0.25, 0, 0.5]]


def test_masks_are_made_once_and_never_for_other_labels():
    labels = LabelBatch(TARGET, FIRST, PSEUDO)
    assert labels.known_mask is labels.known_mask and labels.positive is labels.positive
    double = replace(labels, target=TARGET.double())
    assert double.known_mask.dtype == double.selected_pseudo.dtype == torch.float64
    with pytest.raises(FrozenInstanceError):
        labels.target = -TARGET


def test_without_pseudo_labels():
    with pytest.raises(ValueError, match="no pseudo labels for them: use .*PseudoLabelHook"):
        LabelBatch(TARGET, FIRST).selected_pseudo.sum()
    nothing = LabelBatch(TARGET, torch.zeros_like(FIRST))
    assert not nothing.selected_pseudo.any() and not nothing.unknown_pseudo.any()

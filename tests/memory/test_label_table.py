"""The table of one number for each training label."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from mmpartial.labels import LabelBatch
from mmpartial.memory.base import HeadOutput
from mmpartial.memory.label_table import LabelTable
from mmpartial.memory.pseudo_labels import PseudoLabels
from mmpartial.models import PartialBCELoss, ZLPRLoss


def table(tmp_path=None, **kwargs):
    path = None if tmp_path is None else str(tmp_path / "table")
    return LabelTable(10, 4, "owner", path=path, **kwargs)


@pytest.mark.parametrize("dtype, tolerance", [("float16", 1e-3), ("uint8", 1 / 255)])
@pytest.mark.parametrize("mapped", [False, True])
def test_chosen_entries_move_and_no_others(tmp_path, dtype, tolerance, mapped):
    memory = table(tmp_path if mapped else None, dtype=dtype, init=0.5)
    prob = torch.tensor([[0.1, 0.9, 0.3, 0.7], [1.0, 0.0, 0.5, 0.2]])
    unknown = torch.tensor([[True, False, True, True], [False, True, True, False]])
    row = torch.tensor([7, 2])
    memory.move(row, prob, unknown, momentum=0.25)
    expected = torch.where(unknown, 0.25 * 0.5 + 0.75 * prob, 0.5)
    torch.testing.assert_close(memory.lookup(row), expected, atol=tolerance, rtol=0)
    rest = memory.lookup(torch.tensor([0, 1, 3, 4, 5, 6, 8, 9]))
    torch.testing.assert_close(rest, torch.full((8, 4), 0.5), atol=tolerance, rtol=0)


@settings(max_examples=25, deadline=None)
@given(st.floats(0, 1), st.floats(0, 1), st.sampled_from([0.9, 0.95]))
def test_uint8_follows_slow_updates_without_bias(start, goal, momentum):
    """Nearest rounding would stop up to 0.04 short of the goal."""
    memory = LabelTable(1, 500, "owner", init=start, dtype="uint8")
    row, everything = torch.tensor([0]), torch.ones(1, 500, dtype=torch.bool)
    for epoch in range(60):
        memory.move(row, torch.full((1, 500), goal), everything, momentum, epoch)
    expected = goal + (start - goal) * momentum**60
    assert float(memory.lookup(row).mean()) == pytest.approx(expected, abs=0.008)


def test_bytes_per_label(tmp_path):
    for dtype, size in (("float16", 2), ("uint8", 1)):
        memory = LabelTable(10, 4, "o", dtype=dtype, path=str(tmp_path / dtype))
        assert (tmp_path / f"{dtype}.0").stat().st_size == 40 * size == memory.values.nbytes


@pytest.mark.parametrize("mapped", [False, True])
def test_checkpoint_round_trip(tmp_path, mapped):
    first = table(tmp_path / "a" if mapped else None)
    first.move(torch.arange(10), torch.rand(10, 4), torch.ones(10, 4, dtype=torch.bool))
    state = first.state_dict(str(tmp_path / "new"))
    torch.save(state, tmp_path / "checkpoint.pth")
    loaded = torch.load(tmp_path / "checkpoint.pth", weights_only=True)
    assert ("file" in loaded) == mapped
    other = table(tmp_path / "b" if mapped else None)
    other.load_state_dict(loaded, str(tmp_path / "new"))
    assert torch.equal(other.values, first.values)


def test_state_is_a_copy():
    memory = table()
    state = memory.state_dict("")
    memory.move(torch.tensor([0]), torch.ones(1, 4), torch.ones(1, 4, dtype=torch.bool))
    other = table()
    other.load_state_dict(state, "")
    assert (other.values == 0.5).all()


def test_refuses_what_does_not_fit(tmp_path):
    state = table().state_dict("")
    with pytest.raises(ValueError, match=r"belong to another dataset: they are 10 images x 4"):
        LabelTable(10, 4, "other").load_state_dict(state, "")
    with pytest.raises(ValueError, match="belong to another dataset"):
        LabelTable(11, 4, "owner").load_state_dict(state, "")
    with pytest.raises(ValueError, match="set the hook's dtype"):
        table(dtype="uint8").load_state_dict(state, "")
    damaged = dict(state, values=state["values"] + 0.1)
    with pytest.raises(ValueError, match="are damaged: their checksum differs"):
        table().load_state_dict(damaged, "")
    mapped = table(tmp_path)
    state = mapped.state_dict(str(tmp_path))
    with pytest.raises(FileNotFoundError, match="put it back beside the checkpoint"):
        table().load_state_dict(state, str(tmp_path / "elsewhere"))
    with pytest.raises(FileExistsError, match="exists: remove it"):
        table(tmp_path)
    with pytest.raises(ValueError, match=r"init=1.5 is outside \[0, 1\]"):
        table(init=1.5)
    with pytest.raises(ValueError, match="dtype='int4': choose one of float32, float16, uint8"):
        table(dtype="int4")


def test_half_precision_predictions():
    memory = table()
    prob = torch.rand(2, 4).bfloat16()
    memory.move(torch.tensor([0, 1]), prob, torch.ones(2, 4, dtype=torch.bool))
    np.testing.assert_allclose(memory.lookup(torch.tensor([0, 1])), prob.float(), atol=1e-3)


def test_corrections_of_an_image_that_a_batch_has_twice():
    table = LabelTable(3, 2, "owner", init=0.0, dtype="uint8")
    table.set(torch.tensor([1, 1]), torch.tensor([[True, False], [False, False]]), 1.0)
    assert table.lookup(torch.arange(3)).tolist() == [[0, 0], [1, 0], [0, 0]]


def test_pseudo_labels_are_what_the_head_predicts():
    """With the sigmoid of half their log odds, those of ZLPR would drift to 1/2."""
    logits, row = torch.tensor([[0.5, -1.0, 3.0]]), torch.tensor([0])
    unknown = torch.full_like(logits, -1)
    labels = LabelBatch(unknown, unknown == -1, row=row, all_selected=True)
    for loss, expected in (
        (ZLPRLoss(unknown="pseudo"), (2 * logits).sigmoid()),
        (PartialBCELoss(), logits.sigmoid()),
    ):
        table = PseudoLabels(1, 3, "")
        table.update(HeadOutput(labels, logits), loss, 0, 0.1)
        torch.testing.assert_close(table.lookup(row), expected, atol=1e-3, rtol=0)
    table = PseudoLabels(1, 3, "", hard=True, momentum=0.5)
    table.update(HeadOutput(labels, logits), PartialBCELoss(), 0, 0.1)
    assert table.lookup(row).tolist() == [[0.75, 0.25, 0.75]]  # halfway from 1/2 to 1 or 0

"""The table of the largest numbers, against the dense one."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from mmpartial.labels import LabelBatch
from mmpartial.memory.base import HeadOutput
from mmpartial.memory.label_table import LabelTable
from mmpartial.memory.pseudo_labels import TopPseudoLabels
from mmpartial.memory.stored_numbers import stored_numbers
from mmpartial.memory.top_table import TopTable, largest, row_bytes
from mmpartial.models import PartialBCELoss

ROWS, CLASSES = 5, 24
visits = st.fixed_dictionaries(
    dict(seed=st.integers(0, 2**20), momentum=st.sampled_from([0.0, 0.5, 0.9, 0.97]),
         power=st.sampled_from([1, 4, 12]), parts=st.booleans())
)  # fmt: skip


def follow(*tables, seed=1, momentum=0.5, power=1, parts=False):
    """Move tables alike, twelve times; after each, the unknown labels and all numbers."""
    generator = torch.Generator().manual_seed(seed)
    unknown = torch.rand(ROWS, CLASSES, generator=generator) < 0.8
    for epoch in range(12):
        row = torch.randperm(ROWS, generator=generator)[:4]
        value = torch.rand(4, CLASSES, generator=generator) ** power
        chosen = unknown[row]
        if parts:
            chosen = chosen & (torch.rand(4, CLASSES, generator=generator) < 0.5)
        for table in tables:
            table.move(row, value, chosen, momentum, epoch)
        yield unknown, [t.lookup(torch.arange(ROWS)) for t in tables]


@settings(max_examples=20, deadline=None)
@given(visits, st.sampled_from([20, 24, 64]))
def test_with_a_place_for_each_unknown_class_it_is_the_dense_table(options, keep):
    top = TopTable(ROWS, CLASSES, "o", keep)
    dense = LabelTable(ROWS, CLASSES, "o", 0.0)
    for unknown, (found, expected) in follow(top, dense, **options):
        fits = unknown.sum(1) <= top.places
        assert torch.equal(found[fits], expected[fits])


@settings(max_examples=40, deadline=None)
@given(visits, st.integers(1, 8))
def test_the_bound(options, keep):
    """No number is further from the dense table's than the smallest of a full row ever was."""
    top = TopTable(ROWS, CLASSES, "o", keep)
    dense = LabelTable(ROWS, CLASSES, "o", 0.0)
    smallest, slowness = torch.zeros(ROWS, 1), 1 / (1 - options["momentum"])
    for _, (found, expected) in follow(top, dense, **options):
        last = found.topk(keep, dim=1).values[:, -1:]
        smallest = smallest.maximum(last)
        difference = expected - found
        limit = smallest + 2**-11 * slowness  # float16 rounds each move
        if options["parts"]:
            assert (difference.abs() <= limit * slowness).all()
        else:
            assert (difference.abs() <= limit).all()
            assert (difference[found > 0] <= 0).all()
            assert (difference[found == 0] <= smallest.expand_as(found)[found == 0]).all()
        assert ((found > 0).sum(1) <= keep).all()


def test_a_class_with_rising_predictions_gets_a_place():
    """Were its old number taken for 0, it would stay out at 0.1 x 0.9 below 0.1."""
    table, row, everything = TopTable(1, 3, "o", 1), torch.tensor([0]), torch.ones(1, 3).bool()
    for epoch in range(40):
        table.move(row, torch.tensor([[0.2, 0.0, 0.0]]), everything, 0.9, epoch)
    for epoch in range(40, 80):
        table.move(row, torch.tensor([[0.2, 0.0, 0.9]]), everything, 0.9, epoch)
    assert table.lookup(row)[0, 2] == pytest.approx(0.9, abs=0.03)


@pytest.mark.parametrize("num_classes", [40_000, 65_536, 70_000])
def test_classes_beyond_two_signed_bytes(num_classes):
    table, row = TopTable(2, num_classes, "o", 3), torch.tensor([1])
    last = num_classes - 1
    value = torch.zeros(1, num_classes)
    value[0, [0, 32_800, last]] = torch.tensor([0.2, 0.4, 1.0])
    table.move(row, value, torch.ones(1, num_classes).bool())
    (found,) = table.lookup(row)
    assert found.nonzero().flatten().tolist() == [0, 32_800, last] and found[last] == 1
    assert table.values.shape[1] == row_bytes(3, num_classes) == (12 if last < 65_536 else 18)


@given(st.integers(1, 400), st.integers(1, 4), st.integers(0, 99))
def test_the_largest_are_those_of_topk(classes, keep, seed):
    """In groups of classes from 64 classes on, and negative numbers among them."""
    keep = min(keep, classes)
    values = torch.randn(3, classes, generator=torch.Generator().manual_seed(seed))
    found, cls = largest(values, keep)
    expected = values.topk(keep, dim=1)
    assert torch.equal(found, expected.values) and torch.equal(cls, expected.indices)


def moved_table(keep=4, **options):
    table = TopTable(ROWS, CLASSES, "o", keep, **options)
    for _ in follow(table):
        pass
    return table


@pytest.mark.parametrize("mapped", [False, True])
def test_checkpoint_round_trip(tmp_path, mapped):
    def file(name):
        return dict(path=str(tmp_path / name)) if mapped else {}

    first = moved_table(**file("a"))
    torch.save(first.state_dict(str(tmp_path)), tmp_path / "c.pth")
    state = torch.load(tmp_path / "c.pth", weights_only=True)
    assert ("file" in state) == mapped and state["shape"] == [ROWS, CLASSES]
    other = TopTable(ROWS, CLASSES, "o", 4, **file("b"))
    other.load_state_dict(state, str(tmp_path))
    assert torch.equal(other.values, first.values)
    numbers = stored_numbers(state, tmp_path)
    assert torch.equal(numbers(slice(1, 3)), first.lookup(torch.tensor([1, 2])))


def test_refuses_what_does_not_fit():
    state = moved_table().state_dict("")
    with pytest.raises(ValueError, match=r"has 4 pseudo labels of each .* keeps 5: .* keep=4"):
        TopTable(ROWS, CLASSES, "o", 5).load_state_dict(state, "")
    with pytest.raises(ValueError, match=r"has 4 pseudo labels .* keeps all: .* keep=4"):
        LabelTable(ROWS, CLASSES, "o", 0.0, "uint8").load_state_dict(state, "")
    dense = LabelTable(ROWS, CLASSES, "o", 0.0, "uint8").state_dict("")
    with pytest.raises(ValueError, match=r"has all pseudo labels .* keeps 4: .* keep='all'"):
        TopTable(ROWS, CLASSES, "o", 4).load_state_dict(dense, "")
    with pytest.raises(ValueError, match="belong to another dataset: they are 5 images x 24"):
        TopTable(ROWS, CLASSES, "other", 4).load_state_dict(state, "")
    with pytest.raises(ValueError, match="keep=0: keep at least one"):
        TopTable(1, 1, "o", 0)


def test_pseudo_labels_leave_known_labels_out():
    table = TopPseudoLabels(2, 4, "o", 2, momentum=0.5)
    target = torch.tensor([[1.0, 0.0, -1.0, -1.0]])
    labels = LabelBatch(target, target == -1, row=torch.tensor([1]))
    logits = torch.tensor([[9.0, 9.0, math.log(3), -9.0]])
    table.update(HeadOutput(labels, logits), PartialBCELoss(), 0, 0.1)
    found = table.lookup(torch.arange(2))
    assert found[0].eq(0).all() and found[1, :2].eq(0).all()
    assert found[1, 2] == pytest.approx(0.375, abs=2**-11)


def test_refuses_classes_that_do_not_exist(tmp_path):
    state = moved_table().state_dict("")
    values = state["values"].clone()
    values[1, :2] = torch.tensor([200], dtype=torch.int16).view(torch.uint8)
    crafted = TopTable(ROWS, CLASSES, "o", 4)
    crafted.values.copy_(values)
    state = crafted.state_dict("")
    message = "are damaged: they name class 200, and there are 24"
    with pytest.raises(ValueError, match=message):
        TopTable(ROWS, CLASSES, "o", 4).load_state_dict(state, "")
    with pytest.raises(ValueError, match=message):
        stored_numbers(state, tmp_path)
    changed = dict(moved_table().state_dict(""), changes=[(torch.tensor([1]), values[1:2])])
    with pytest.raises(ValueError, match=message):
        TopTable(ROWS, CLASSES, "o", 4).load_state_dict(changed, "")
    with pytest.raises(ValueError, match=message):
        stored_numbers(changed, tmp_path)
    with pytest.raises(
        ValueError, match=r"are damaged: 5 of 24 classes do not take \(5, 16\) uint"
    ):
        stored_numbers(dict(state, keep=5), tmp_path)

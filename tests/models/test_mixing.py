"""Mixing of images whose labels are partly unknown."""

from itertools import product

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from mmengine.registry import DefaultScope
from mmpretrain.models.utils.batch_augments import RandomBatchAugment
from mmpretrain.structures import DataSample

from mmpartial.models import LogicMix, MixUpPME
from mmpartial.models.mixing import blended_labels, three_valued_or
from mmpartial.testing import at_epoch
from tests.models.golden import Golden

GOLDEN = Golden("mixing")
LABELS = st.lists(st.sampled_from([1, 0, -1]), min_size=4, max_size=4).map(torch.tensor)


def or_of(labels):
    result = labels[0]
    for label in labels[1:]:
        result = three_valued_or(result, label)
    return result


def completions(label):
    """All ways to fill the unknown labels."""
    choices = [[0, 1] if value < 0 else [value] for value in label.tolist()]
    return [torch.tensor(values) for values in product(*choices)]


def test_the_or_is_the_authors():
    assert torch.equal(or_of(GOLDEN["logicmix/2/targets"]), GOLDEN["logicmix/2/mixed"])


@given(LABELS, LABELS, LABELS)
def test_the_or_is_commutative_and_associative(a, b, c):
    assert torch.equal(three_valued_or(a, b), three_valued_or(b, a))
    left, right = three_valued_or(three_valued_or(a, b), c), three_valued_or(a, or_of([b, c]))
    assert torch.equal(left, right)
    assert torch.equal(three_valued_or(a, torch.zeros_like(a)), a)
    assert (three_valued_or(a, torch.ones_like(a)) == 1).all()


@given(LABELS, LABELS)
def test_the_or_agrees_with_every_completion(a, b):
    """A result is known where all completions give it, and unknown where they differ."""
    results = torch.stack([x | y for x in completions(a) for y in completions(b)])
    certain = (results == results[0]).all(0)
    assert torch.equal(three_valued_or(a, b), torch.where(certain, results[0], -1))


@pytest.mark.parametrize("share", ["0.75", "0.8", "1.0"])
def test_blended_labels_are_mlcpls(share):
    first, second = GOLDEN["logicmix/2/targets"]
    mixed = blended_labels(first, second, torch.tensor(float(share)).double())
    torch.testing.assert_close(mixed, GOLDEN[f"pme/lam{share}/mixed"], rtol=1e-6, atol=0)


def batch(rows, size=(3, 4, 5)):
    generator = torch.Generator().manual_seed(0)
    inputs = torch.randn(len(rows), *size, generator=generator)
    target = torch.randint(-1, 2, (len(rows), 6), generator=generator)
    samples = [DataSample().set_gt_score(label) for label in target]
    for sample, row in zip(samples, rows, strict=True):
        sample.set_field(row, "row", field_type="metainfo")
    return inputs, target, samples


def mixed(augment, rows, epoch=0, order=None):
    inputs, target, augment.samples = batch(rows)
    samples = augment.samples
    with at_epoch(epoch):
        return *augment(inputs, target), ["mixed" in sample for sample in samples], samples


def images_of(mixture, inputs, numbers=(2, 3)):
    """Which images have this mean, by trying all."""
    for k in numbers:
        for others in product(range(len(inputs)), repeat=k):
            if torch.allclose(inputs[list(others)].mean(0), mixture, atol=1e-6):
                yield others


def test_logic_mix():
    rows = list(range(10, 18))
    inputs, target, _ = batch(rows)
    images, labels, flags, samples = mixed(LogicMix(), rows)
    assert 0 < sum(flags) < 8
    sizes = set()
    for i, flag in enumerate(flags):
        assert ("row" in samples[i]) != flag
        if not flag:
            assert torch.equal(images[i], inputs[i]) and torch.equal(labels[i], target[i].float())
            continue
        found = next(others for others in images_of(images[i], inputs) if others[0] == i)
        assert i not in found[1:]
        assert torch.equal(labels[i], or_of(target[list(found)]).float())
        sizes.add(len(found))
    assert sizes == {2, 3}


def test_mixup_pme():
    rows = list(range(8))
    inputs, target, _ = batch(rows)
    images, labels, flags, _ = mixed(MixUpPME(), rows)
    assert all(flags) and torch.equal(labels == -1, target == -1)
    shares = set()
    for i, j in product(range(8), repeat=2):
        difference = inputs[i] - inputs[j]
        share = ((images[i] - inputs[j]) / difference).flatten() if i != j else torch.randn(9)
        if share.std() < 1e-3:
            shares.add(round(float(share.mean()), 3))
            expected = blended_labels(target[i].float(), target[j].float(), share.mean())
            torch.testing.assert_close(labels[i], expected, rtol=0, atol=1e-4)
    assert len(shares) == 8 and 0.75 <= min(shares) < 0.85 < max(shares) <= 1


@pytest.mark.parametrize("augment", [LogicMix, MixUpPME])
def test_draws_depend_on_seed_epoch_and_image_alone(augment):
    torch.manual_seed(0)
    first = mixed(augment(prob=0.5), [3, 9, 4, 7, 1, 5])
    torch.manual_seed(1)
    again = mixed(augment(prob=0.5), [3, 9, 4, 7, 1, 5])
    assert torch.equal(first[0], again[0]) and torch.equal(first[1], again[1])
    alone = [mixed(augment(prob=0.5), [row, 99])[2][0] for row in (3, 9, 4, 7, 1, 5)]
    assert first[2] == alone == again[2]
    for other in (mixed(augment(prob=0.5), [3, 9, 4, 7, 1, 5], epoch=1),
                  mixed(augment(prob=0.5, seed=1), [3, 9, 4, 7, 1, 5])):  # fmt: skip
        assert not torch.equal(first[0], other[0])


def test_a_batch_of_one_image_stays_as_it_is():
    images, labels, flags, _ = mixed(LogicMix(prob=1.0), [4])
    inputs, target, _ = batch([4])
    assert torch.equal(images, inputs) and torch.equal(labels, target.float()) and flags == [False]


def test_mmpretrain_builds_and_calls_them():
    with DefaultScope.overwrite_default_scope("mmpretrain"):
        augment = RandomBatchAugment([dict(type="mmpartial.LogicMix", prob=1.0)])
    inputs, target, augment.augments[0].samples = batch(range(4))
    images, labels = augment(inputs, target)
    assert images.shape == inputs.shape and labels.dtype == torch.float32


@pytest.mark.parametrize("make, message", [
    (lambda: LogicMix(prob=0.0), r"prob=0.0 is outside \(0, 1\]"),
    (lambda: LogicMix(images=(1, 2)), r"images=\(1, 2\): a mixture is of 2 images or more"),
    (lambda: MixUpPME(alpha=1.0), r"alpha=1.0 is outside \[0, 1\)"),
    (lambda: LogicMix()(torch.zeros(2, 3, 4, 4), torch.zeros(2, 5)),
     "nobody told LogicMix which images are in the batch: add .*MixingHook"),
])  # fmt: skip
def test_wrong_use(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_samples_without_rows():
    augment = MixUpPME()
    augment.samples = [DataSample(), DataSample()]
    with pytest.raises(ValueError, match="MixUpPME draws for each image, .*PartialLabelDataset"):
        augment(torch.zeros(2, 3, 4, 4), torch.zeros(2, 5))

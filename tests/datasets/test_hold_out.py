"""Holding out a part of the training images."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mmengine.dataset import RepeatDataset
from mmpretrain.datasets import MultiLabelDataset

from mmpartial.datasets import ClutteredDigits, PartialLabelDataset
from mmpartial.datasets.hold_out import hold_out
from mmpartial.labels import POSITIVE
from mmpartial.labels.annotations import Annotations
from mmpartial.labels.groups import Groups
from mmpartial.labels.matrix import LabelMatrix
from tests.datasets.test_partial_label_dataset import ITEMS, base

SETTINGS = [
    dict(setting="FAL"),
    dict(setting="PAL", ratio=0.5),
    dict(setting="PAL", ratio=0.5, granularity="dataset"),
    dict(setting="PPL", ratio=0.5),
    dict(setting="SPL"),
    dict(setting="FPC", n=7),
]


def wrapped(tmp_path, part="train", held_out=0.3, items=ITEMS, **options):
    options = options or dict(setting="PAL", ratio=0.5)
    return PartialLabelDataset(base(tmp_path, items), held_out=held_out, part=part, **options)


def by_name(dataset):
    return dict(zip(dataset.ids, dataset.labels.dense().tolist(), strict=True))


@pytest.mark.parametrize("options", SETTINGS)
def test_parts_are_all_images_with_the_labels_they_have_without_parts(tmp_path, options):
    """Also where a share is exact over all images: what is hidden does not depend on the parts."""
    whole = wrapped(tmp_path, held_out=0.0, **options)
    train, held_out = (wrapped(tmp_path, part, **options) for part in ("train", "held_out"))
    assert not set(train.ids) & set(held_out.ids)
    assert by_name(train) | by_name(held_out) == by_name(whole)
    assert 0 < held_out.num_rows < train.num_rows
    counts = train.full_counts + held_out.full_counts
    assert counts.tolist() == whole.full_counts.tolist()
    assert (train.labels.count(POSITIVE) <= train.full_counts).all()


def test_samples_and_rows_of_a_part(tmp_path):
    inner = RepeatDataset(base(tmp_path), 2)
    whole = by_name(wrapped(tmp_path, held_out=0.0))
    part = PartialLabelDataset(inner, setting="PAL", ratio=0.5, held_out=0.3)
    n = part.num_rows
    assert len(part) == 2 * n == 2 * len(part.labels)
    for i in range(len(part)):
        info = part.get_data_info(i)
        name = info["img_path"].removeprefix("images/")
        assert info["row"] == i % n and part.ids[info["row"]] == name
        assert info["gt_score"].tolist() == whole[name]
    some = part.get_subset([1, n + 1, 2])
    assert [some.ids[some.get_data_info(i)["row"]] for i in range(3)] == [
        part.ids[i] for i in (1, 1, 2)
    ]


def test_part_depends_on_seed_and_id_alone(tmp_path):
    first = wrapped(tmp_path, "held_out")
    few = wrapped(tmp_path, "held_out", items=ITEMS[::-3])
    assert set(few.ids) == set(first.ids) & {item["img_path"] for item in ITEMS[::-3]}
    shuffled = wrapped(tmp_path, "held_out", items=ITEMS[::-1])
    assert shuffled.ids == first.ids[::-1] and shuffled.label_hash == first.label_hash
    assert wrapped(tmp_path, "held_out", setting="PAL", ratio=0.5, seed=1).ids != first.ids
    more = wrapped(tmp_path, "held_out", held_out=0.6)
    assert set(first.ids) < set(more.ids)


@given(data=st.data(), share=st.floats(0.1, 0.9), seed=st.integers(0, 99))
def test_a_group_is_never_cut(data, share, seed):
    """Also images without a group, in any order of the images; and the share is near."""
    names = st.sampled_from(["a", "b", "c", "d", "e", "f", ""])
    groups = np.array(data.draw(st.lists(names, min_size=2, max_size=60)), dtype=object)
    images = np.array([f"{number}.jpg" for number in range(len(groups))], dtype=object)
    labels = LabelMatrix.from_dense(np.ones((len(groups), 1), dtype=np.int8))

    def held(order):
        full = Annotations(images[order].tolist(), ["cat"], labels, None,
                           Groups.from_names(groups[order]))  # fmt: skip
        sides = [hold_out(full, share, part, seed) for part in ("train", "held_out")]
        assert sorted(np.concatenate(sides)) == list(range(len(images)))
        return {*images[order][sides[1]].tolist()}

    sizes = [1 if name == "" else (groups == name).sum() for name in groups]
    try:
        first = held(np.arange(len(images)))
    except ValueError as error:
        assert "groups stay whole (the smallest has" in str(error)
        assert min(share, 1 - share) * len(images) <= max(sizes) / 2
        return
    assert held(np.random.default_rng(seed).permutation(len(images))) == first
    for name in {*groups.tolist()} - {""}:
        assert len({image in first for image in images[groups == name]}) == 1
    assert abs(len(first) - share * len(images)) <= max(sizes) / 2 + 1e-9


def test_parts_of_a_dataset_with_groups(tmp_path):
    """Patients in a stock annotation file; both sides know a group by the same number."""
    items = [dict(item, group=f"p{number % 7}") for number, item in enumerate(ITEMS)]
    train, held_out = (wrapped(tmp_path, part, items=items) for part in ("train", "held_out"))
    sides = [{part.groups.name(row) for row in range(part.num_rows)} for part in (train, held_out)]
    assert not sides[0] & sides[1] and len(sides[0] | sides[1]) == 7
    info = held_out.get_data_info(3)
    assert info["group"] == held_out.groups.names[info["group_id"]]
    assert list(train.groups.names) == list(held_out.groups.names)
    assert f"{held_out.num_rows} images in {len(sides[1])} groups x 4 classes" in held_out.summary()
    with pytest.raises(ValueError, match=r"its 7 groups stay whole \(the smallest has 8 im"):
        wrapped(tmp_path, "held_out", held_out=0.01, items=items)


def test_share_is_about_what_is_asked_for():
    digits = dict(type="mmpartial.ClutteredDigits", split="train", pipeline=[])
    part = PartialLabelDataset(digits, setting="SPL", held_out=0.15, part="held_out")
    assert abs(part.num_rows - 0.15 * 4000) < 4 * np.sqrt(4000 * 0.15 * 0.85)
    assert "part 'held_out' with held_out=0.15" in part.summary()


def test_a_pipeline_of_its_own(tmp_path):
    crop = dict(type="RandomCrop", crop_size=20)
    inner = ClutteredDigits(split="train", indices=9, pipeline=[crop, dict(type="PackInputs")])
    options = dict(setting="FAL", held_out=0.5, part="held_out")
    assert PartialLabelDataset(inner, **options)[0]["inputs"].shape[-1] == 20
    plain = PartialLabelDataset(inner, pipeline=[dict(type="PackInputs")], **options)
    assert plain[0]["inputs"].shape[-1] == 40
    assert plain[0]["data_samples"].gt_score.tolist() == plain.labels[0].tolist()


@pytest.mark.parametrize(
    "options, message",
    [
        (dict(held_out=1.0), r"held_out=1.0 is outside \[0, 1\)"),
        (dict(held_out=0.1, part="val"), "part='val' with held_out=0.1: choose 'train', or"),
        (dict(held_out=0.0, part="held_out"), "part='held_out' with held_out=0.0"),
        (dict(held_out=1e-9, part="held_out"), "leaves none of the 60 images to the part"),
    ],
)
def test_what_is_refused(tmp_path, options, message):
    with pytest.raises(ValueError, match=message):
        PartialLabelDataset(base(tmp_path), setting="SPL", **options)


def test_masks_are_of_all_images(tmp_path):
    part = wrapped(tmp_path)
    with pytest.raises(ValueError, match="would lack the labels of one part: save it with held_"):
        part.save_mask(str(tmp_path / "mask.npz"))
    wrapped(tmp_path, held_out=0.0).save_mask(str(tmp_path / "mask.npz"))
    stock = MultiLabelDataset(str(tmp_path / "ann.json"), data_prefix="images")
    same = PartialLabelDataset(stock, mask_file=str(tmp_path / "mask.npz"), held_out=0.3)
    assert same.label_hash == part.label_hash

"""The groups of images, and choosing whole ones."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mmpartial.labels.annotations import Annotations
from mmpartial.labels.groups import Groups, choose_groups
from mmpartial.labels.matrix import LabelMatrix

NAMES = ["p2", "", "p1", "p2", ""]


def annotations():
    labels = LabelMatrix.from_dense(np.array([[1, 0]] * 5))
    images = [f"{number}.jpg" for number in range(5)]
    return Annotations(images, ["cat", "dog"], labels, groups=Groups.from_names(NAMES))


def test_names_and_numbers():
    groups = Groups.from_names(NAMES)
    assert groups.codes.tolist() == [0, -1, 1, 0, -1] and list(groups.names) == ["p2", "p1"]
    assert groups.texts().tolist() == [groups.name(row) for row in range(5)] == NAMES
    assert groups.take([2, 1]).texts().tolist() == ["p1", ""]
    more = groups.and_alone(2)
    assert more.texts().tolist() == [*NAMES, "", ""] and more.codes.dtype == np.int32
    assert groups.take([2]).codes.tolist() == [1]  # a group keeps its number
    assert groups.units().tolist() == [0, 3, 1, 0, 6]
    assert Groups.from_names(["", ""]).texts().tolist() == ["", ""]
    others = NAMES[::-1], ["p3", *NAMES[1:]]
    assert groups.fingerprint == Groups.from_names(NAMES).fingerprint
    assert groups.fingerprint not in [Groups.from_names(names).fingerprint for names in others]


def test_four_bytes_an_image_and_each_name_once():
    groups = Groups.from_names(np.array(["a long name of a group"] * 1000, dtype=object))
    assert groups.codes.nbytes == 4000 and len(groups.names) == 1


def test_annotations_keep_them():
    found = annotations()
    changed = found.select(["dog"]).with_images(list("abcde")).with_labels(
        LabelMatrix.from_dense(np.array([[1]] * 5))
    )  # fmt: skip
    assert changed.groups.texts().tolist() == NAMES
    assert found.take(np.array([3, 2])).groups.texts().tolist() == ["p2", "p1"]
    assert found.with_groups(None).groups is None


def test_units_are_groups_or_single_images():
    found = annotations()
    hashes = found.unit_hashes
    assert hashes[0] == hashes[3] and len(set(hashes.tolist())) == 4
    assert hashes[[1, 4]].tolist() == found.name_hashes[[1, 4]].tolist()
    assert (found.take(np.array([4, 3])).unit_hashes == hashes[[4, 3]]).all()
    plain = found.with_groups(None)
    assert (plain.unit_hashes == found.name_hashes).all()


@given(
    sizes=st.lists(st.integers(1, 40), min_size=1, max_size=30),
    share=st.floats(0, 1),
    seed=st.integers(0, 999),
)
def test_the_share_is_as_near_as_half_a_group(sizes, share, seed):
    rng = np.random.default_rng(seed)
    group = rng.permutation(np.repeat(np.arange(len(sizes)), sizes))
    chosen = choose_groups(group, share, rng.random(len(sizes)))
    assert all(len({*chosen[group == number].tolist()}) == 1 for number in range(len(sizes)))
    away = chosen.sum() - share * len(group)
    rest = [size for number, size in enumerate(sizes) if not chosen[group == number].any()]
    assert abs(away) <= max(sizes) / 2 + 1e-9
    assert away >= 0 or -away <= min(rest, default=0) / 2 + 1e-9  # no other group would fit

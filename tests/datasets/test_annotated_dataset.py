"""What all datasets that read their labels at once have in common."""

import numpy as np
import pytest

from mmpartial.datasets import PartialLabelDataset
from mmpartial.datasets.annotated_dataset import AnnotatedDataset
from mmpartial.datasets.hiding.mask_file import load_mask, save_mask
from mmpartial.labels.annotations import Annotations
from mmpartial.labels.matrix import LabelMatrix

LABELS = np.array(
    [[1, 0, -1], [0, 0, 1], [1, 1, 0], [-1, -1, -1], [0, -1, 1], [-1, 1, -1]], dtype=np.int8
)


class Six(AnnotatedDataset):
    labels = LABELS

    def read(self):
        images = [f"{number}.jpg" for number in range(6)]
        return Annotations(images, ["a", "b", "c"], LabelMatrix.from_dense(self.labels))


class Full(Six):
    labels = np.maximum(LABELS, 0)


def names(dataset):
    return [dataset.get_data_info(i)["img_id"] for i in range(len(dataset))]


@pytest.mark.parametrize("cls", [Six, Full])
@pytest.mark.parametrize("rows", [[5, 4, 3, 2, 1, 0], [2, 0], [3], [0, 1, 2, 3, 4, 5]])
def test_a_part_keeps_its_own_labels(cls, rows):
    """Also where it has as many images as the whole."""
    expected = [f"{row}.jpg" for row in rows]
    for part in (cls(check_images=False).get_subset(rows), cls(check_images=False, indices=rows)):
        assert names(part) == expected
        np.testing.assert_array_equal(part.annotations.labels, cls.labels[rows])
        wrapped = PartialLabelDataset(part, setting="FAL")
        np.testing.assert_array_equal(wrapped.labels, cls.labels[rows])
        assert list(wrapped.ids) == expected


def test_the_first_and_the_last_images():
    assert names(Six(check_images=False, indices=2)) == ["0.jpg", "1.jpg"]
    assert names(Six(check_images=False, indices=-2)) == ["4.jpg", "5.jpg"]
    with pytest.raises(ValueError, match="the image '1.jpg' is listed twice"):
        Six(check_images=False, indices=[1, 0, 1])


def test_full_and_partial_labels_are_said_as_stock_components_read_them():
    partial, full = Six(check_images=False), Full(check_images=False)
    np.testing.assert_array_equal(partial.get_data_info(0)["gt_score"], [1, 0, -1])
    assert "gt_label" not in partial.get_data_info(0) and partial.get_cat_ids(2) == [0, 1]
    assert full.get_data_info(2)["gt_label"] == [0, 1] == full.get_cat_ids(2)
    assert "gt_score" not in full.get_data_info(2)


def test_classes_that_are_asked_for():
    dataset = Six(check_images=False, metainfo=dict(classes=["c", "a"]))
    assert dataset.metainfo["classes"] == ("c", "a")
    np.testing.assert_array_equal(dataset.annotations.labels, LABELS[:, [2, 0]])
    with pytest.raises(ValueError, match="there is no class 'B' .* the nearest is 'b'"):
        Six(check_images=False, metainfo=dict(classes=["a", "B"]))


def test_missing_images(tmp_path):
    with pytest.raises(FileNotFoundError, match=f"there is no image folder {tmp_path}/none"):
        Six(data_prefix=str(tmp_path / "none"))
    for number in (0, 3):
        (tmp_path / f"{number}.jpg").touch()
    with pytest.raises(FileNotFoundError, match="4 of 6 images are not below .*: 1.jpg, 2.jpg, 4"):
        Six(data_prefix=str(tmp_path))


def test_an_empty_split():
    class Empty(AnnotatedDataset):
        def read(self):
            return Annotations([], ["a"], LabelMatrix.from_dense(np.empty((0, 1), dtype=int)))

    with pytest.raises(ValueError, match="Empty: there is no image in some.csv"):
        Empty(ann_file="some.csv")


def test_a_mask_whose_classes_have_another_unicode_form(tmp_path):
    """As one that was saved when names stayed in the form of the annotations."""
    labels = LabelMatrix.from_dense(Full.labels)
    images = [f"{number}.jpg" for number in range(6)]
    full = Annotations(images, ["\u00e9", "b", "c"], labels)
    path = str(tmp_path / "mask.npz")
    save_mask(path, full.with_labels(LabelMatrix.from_dense(np.where(LABELS == 1, 1, -1))))
    content = dict(np.load(path))
    np.savez(path, **(content | dict(classes=np.array(["e\u0301", "b", "c"]))))
    assert load_mask(path, full).count(1).tolist() == (LABELS == 1).sum(0).tolist()

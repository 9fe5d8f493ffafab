"""Labels and names that are read record by record."""

import json

import numpy as np
import pytest
from mmengine.dataset import ConcatDataset
from mmpretrain.datasets import MultiLabelDataset

from mmpartial.datasets import PartialLabelDataset, records
from mmpartial.utils.packed_texts import PackedTexts


def base(tmp_path, items, name="a.json", **kwargs):
    file = tmp_path / name
    file.write_text(json.dumps(dict(metainfo=dict(classes=["x", "y"]), data_list=items)))
    return MultiLabelDataset(str(file), data_prefix="images", **kwargs)


@pytest.mark.parametrize("block", [1, 2, 100])
def test_labels_do_not_depend_on_the_blocks_they_are_read_in(tmp_path, monkeypatch, block):
    monkeypatch.setattr(records, "_BLOCK", block)
    lists = [dict(img_path="0.jpg", gt_label=[1]), dict(img_path="1.jpg", gt_label=[0]),
             dict(img_path="2.jpg", gt_label=[], gt_label_neg=[1])]  # fmt: skip
    dataset = PartialLabelDataset(base(tmp_path, lists))
    assert dataset.labels.dense().tolist() == [[-1, 1], [1, -1], [-1, 0]]
    scores = [dict(img_path=f"{i}.jpg", gt_score=row) for i, row in enumerate([[1, 0], [0, -1]])]
    dataset = PartialLabelDataset(base(tmp_path, scores))
    assert dataset.labels.dense().tolist() == [[1, 0], [0, -1]]
    with pytest.raises(ValueError, match="image '1.jpg' has no values in gt_score"):
        PartialLabelDataset(base(tmp_path, [scores[0], lists[1]]))


def test_names_are_packed_and_in_the_order_of_the_images(tmp_path):
    parts = [base(tmp_path, [dict(img_path=f"{name}{i}.jpg", gt_label=[i])
                             for i in range(2)], f"{name}.json") for name in "ab"]  # fmt: skip
    both = PartialLabelDataset(ConcatDataset(parts), setting="FAL")
    assert isinstance(both.ids, PackedTexts) and both.annotations.ids is None
    assert both.ids == ["a0.jpg", "a1.jpg", "b0.jpg", "b1.jpg"]
    np.testing.assert_array_equal(both.labels, [[1, 0], [0, 1]] * 2)
    alone = PartialLabelDataset(parts[1], setting="FAL")
    assert alone.ids == both.ids[2:]
    some = both.annotations.take(np.array([3, 0]))
    assert isinstance(some.images, PackedTexts) and some.images == ["b1.jpg", "a0.jpg"]


def test_a_dataset_without_images(tmp_path):
    with pytest.raises(ValueError, match="MultiLabelDataset has no image: set its ann_file"):
        PartialLabelDataset(base(tmp_path, [], serialize_data=False), setting="FAL")

"""Damaged files of published datasets are read, or a sentence names the folder and says why."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.datasets.published import (
    test_chexpert,
    test_coco,
    test_cub_attributes,
    test_lvis,
    test_nus_wide,
    test_voc,
)
from tests.json_mutations import damaged, read_or_told


def chexpert(root):
    test_chexpert.write(root, test_chexpert.TRAIN)
    return lambda: test_chexpert.CheXpert("train.csv", data_root=str(root), check_images=False)


def coco(root):
    test_coco.load(root, test_coco.content())
    return lambda: test_coco.COCOMultiLabel(
        "instances_train2014.json", data_root=str(root), check_images=False
    )


def cub(root):
    test_cub_attributes.write_attributes(root / "CUB_200_2011")
    return lambda: test_cub_attributes.CUBAttributes(str(root / "CUB_200_2011"), check_images=False)


def lvis(root):
    test_lvis.load(root, test_lvis.content())
    return lambda: test_lvis.LVIS("lvis_v1_train.json", data_root=str(root), check_images=False)


def nus_wide(root):
    test_nus_wide.write_labels(root)
    return lambda: test_nus_wide.load(root)


def voc(root):
    test_voc.write_lists(root)
    return lambda: test_voc.load(root)


@pytest.mark.parametrize("write", [chexpert, coco, cub, lvis, nus_wide, voc])
@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_one_file_is_damaged(tmp_path, write, data):
    read = write(tmp_path)
    files = sorted(path for path in tmp_path.rglob("*") if path.suffix in (".txt", ".csv", ".json"))
    file = data.draw(st.sampled_from(files))
    file.write_bytes(data.draw(damaged(file.read_bytes())))
    dataset = read_or_told(read, tmp_path)
    if dataset is not None:
        found = dataset.annotations
        assert set(found.labels.dense().ravel().tolist()) <= {1, 0, -1}
        assert all(name.encode() for name in [*found.names, *found.images, *found.classes])

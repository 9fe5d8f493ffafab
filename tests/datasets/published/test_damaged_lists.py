"""Damaged files of published datasets are read, or a sentence names the folder and says why."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.damage import damaged, read_or_told
from tests.datasets.published import (
    test_chest_xray14,
    test_chexpert,
    test_coco,
    test_cub_attributes,
    test_l48,
    test_lvis,
    test_mimic_cxr,
    test_nus_wide,
    test_padchest,
    test_plant_pathology,
    test_vaw,
    test_vindr_cxr,
    test_vireo_food,
    test_vispr,
    test_visual_genome,
    test_voc,
)


def chest_xray14(root):
    test_chest_xray14.write(root)
    return lambda: test_chest_xray14.ChestXray14(
        data_root=str(root), image_list="test_list.txt", check_images=False
    )


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


def l48(root):
    test_l48.write(root)
    return lambda: test_l48.load(root)


def lvis(root):
    test_lvis.load(root, test_lvis.content())
    return lambda: test_lvis.LVIS("lvis_v1_train.json", data_root=str(root), check_images=False)


def mimic_cxr(root):
    test_mimic_cxr.load(root)
    return lambda: test_mimic_cxr.MIMICCXR(
        "train.csv", data_root=str(root), metainfo=test_mimic_cxr.FEW, check_images=False
    )


def nus_wide(root):
    test_nus_wide.write_labels(root)
    return lambda: test_nus_wide.load(root)


def padchest(root):
    test_padchest.write(root)
    return lambda: test_padchest.PadChest(data_root=str(root), check_images=False)


def vindr_cxr(root):
    test_vindr_cxr.load(root)
    return lambda: test_vindr_cxr.VinDrCXR(
        "image_labels_train.csv",
        data_root=str(root),
        metainfo=test_vindr_cxr.FEW,
        check_images=False,
    )


def plant_pathology(root):
    test_plant_pathology.write(root)
    return lambda: test_plant_pathology.PlantPathology2021(
        data_root=str(root), image_list="val.txt", check_images=False
    )


def vaw(root):
    test_vaw.write(root)
    return lambda: test_vaw.load(root)


def vireo_food(root):
    test_vireo_food.write(root)
    return lambda: test_vireo_food.load(root)


def vispr(root):
    test_vispr.write(root)
    return lambda: test_vispr.load(root)


def visual_genome(root):
    test_visual_genome.write(root)
    return lambda: test_visual_genome.load(root)


def voc(root):
    test_voc.write_lists(root)
    return lambda: test_voc.load(root)


READERS = [
    chest_xray14,
    chexpert,
    coco,
    cub,
    l48,
    lvis,
    mimic_cxr,
    nus_wide,
    padchest,
    plant_pathology,
    vaw,
    vindr_cxr,
    vireo_food,
    vispr,
    visual_genome,
    voc,
]


@pytest.mark.parametrize("write", READERS)
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
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

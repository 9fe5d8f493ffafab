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


def unchecked(cls, *args, **options):
    """Read a dataset without looking for its images."""
    return lambda root: cls(*args, data_root=str(root), check_images=False, **options)


READERS = {
    "chest_xray14": (
        test_chest_xray14.write,
        unchecked(test_chest_xray14.ChestXray14, image_list="test_list.txt"),
    ),
    "chexpert": (
        lambda root: test_chexpert.write(root, test_chexpert.TRAIN),
        unchecked(test_chexpert.CheXpert, "train.csv"),
    ),
    "coco": (
        lambda root: test_coco.load(root, test_coco.content()),
        unchecked(test_coco.COCOMultiLabel, "instances_train2014.json"),
    ),
    "cub": (
        lambda root: test_cub_attributes.write_attributes(root / "CUB_200_2011"),
        lambda root: unchecked(test_cub_attributes.CUBAttributes)(root / "CUB_200_2011"),
    ),
    "l48": (test_l48.write, test_l48.load),
    "lvis": (
        lambda root: test_lvis.load(root, test_lvis.content()),
        unchecked(test_lvis.LVIS, "lvis_v1_train.json"),
    ),
    "mimic_cxr": (
        test_mimic_cxr.load,
        unchecked(test_mimic_cxr.MIMICCXR, "train.csv", metainfo=test_mimic_cxr.FEW),
    ),
    "nus_wide": (test_nus_wide.write_labels, test_nus_wide.load),
    "padchest": (test_padchest.write, unchecked(test_padchest.PadChest)),
    "vindr_cxr": (
        test_vindr_cxr.load,
        unchecked(test_vindr_cxr.VinDrCXR, "image_labels_train.csv", metainfo=test_vindr_cxr.FEW),
    ),
    "plant_pathology": (
        test_plant_pathology.write,
        unchecked(test_plant_pathology.PlantPathology2021, image_list="val.txt"),
    ),
    "vaw": (test_vaw.write, test_vaw.load),
    "vireo_food": (test_vireo_food.write, test_vireo_food.load),
    "vispr": (test_vispr.write, test_vispr.load),
    "visual_genome": (test_visual_genome.write, test_visual_genome.load),
    "voc": (test_voc.write_lists, test_voc.load),
}


@pytest.mark.parametrize("write, read", READERS.values(), ids=READERS)
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_one_file_is_damaged(tmp_path, write, read, data):
    write(tmp_path)
    files = sorted(path for path in tmp_path.rglob("*") if path.suffix in (".txt", ".csv", ".json"))
    file = data.draw(st.sampled_from(files))
    file.write_bytes(data.draw(damaged(file.read_bytes())))
    dataset = read_or_told(lambda: read(tmp_path), tmp_path)
    if dataset is not None:
        found = dataset.annotations
        assert set(found.labels.dense().ravel().tolist()) <= {1, 0, -1}
        assert all(name.encode() for name in [*found.names, *found.images, *found.classes])

"""ChestX-ray14's table on a miniature: lists of findings, views, folders, and wrong tables."""

import pytest
from PIL import Image

from mmpartial.datasets import ChestXray14
from mmpartial.datasets.published.chest_xray14 import FINDINGS

# The published header, in which two commas are inside brackets, and one is at the end.
HEADER = (
    "Image Index,Finding Labels,Follow-up #,Patient ID,Patient Age,Patient Gender,View Position,"
    "OriginalImage[Width,Height],OriginalImagePixelSpacing[x,y],"
)
ROWS = [
    "00000001_000.png,Cardiomegaly,0,1,058Y,M,PA,2682,2749,0.143,0.143,",
    "00000001_001.png,Cardiomegaly|Emphysema,1,1,058Y,M,PA,2894,2729,0.143,0.143,",
    "00000002_000.png,No Finding,0,2,081Y,M,AP,2500,2048,0.171,0.171,",
    "00000003_000.png,Hernia|Pleural_Thickening,0,3,081Y,F,PA,2582,2991,0.143,0.143,",
]
POSITIVE = [
    {"Cardiomegaly"},
    {"Cardiomegaly", "Emphysema"},
    set(),
    {"Hernia", "Pleural_Thickening"},
]
NAMES = [row.split(",")[0] for row in ROWS]


def write(root, rows=ROWS, header=HEADER):
    root.mkdir(parents=True, exist_ok=True)
    (root / "Data_Entry_2017.csv").write_text("\n".join([header, *rows]) + "\n")
    (root / "train_val_list.txt").write_text("\n".join(NAMES[1:3]))  # without an end, as published
    (root / "test_list.txt").write_text("\n".join([NAMES[0], NAMES[3]]))


def load(root, rows=ROWS, header=HEADER, **kwargs):
    write(root, rows, header)
    return ChestXray14(data_root=str(root), check_images=False, **kwargs)


def write_chest_xray14(root, dataset):
    """A miniature with real images where a config expects them."""
    write(root)
    (root / "images").mkdir(exist_ok=True)
    for name in NAMES:
        Image.new("L", (20, 16)).save(root / "images" / name)


def test_reads_the_published_format(tmp_path):
    found = load(tmp_path).annotations
    assert found.classes == FINDINGS
    assert found.labels.dense().tolist() == [[int(f in row) for f in FINDINGS] for row in POSITIVE]


def test_only_no_finding_has_negatives_if_unlisted_is_unknown(tmp_path):
    classes = [*FINDINGS, "No Finding"]
    found = load(tmp_path, unlisted="unknown", metainfo=dict(classes=classes)).annotations
    expected = [[1 if f in row else -1 for f in FINDINGS] + [0] for row in POSITIVE]
    expected[2] = [0] * 14 + [1]
    assert found.labels.dense().tolist() == expected


def test_lists_and_views(tmp_path):
    assert load(tmp_path, image_list="train_val_list.txt").annotations.names == NAMES[1:3]
    few = load(tmp_path, image_list="train_val_list.txt").annotations
    assert few.groups.texts().tolist() == ["1", "2"]  # patients
    assert load(tmp_path, view="pa").annotations.names == [NAMES[0], NAMES[1], NAMES[3]]
    with pytest.raises(
        ValueError, match="no 'LL' in the column 'View Position': set view to one of 'AP'"
    ):
        load(tmp_path, view="LL")
    with pytest.raises(ValueError, match="unlisted='positive': choose 'unknown' if"):
        load(tmp_path, unlisted="positive")


@pytest.mark.parametrize("folder", ["images", "", "images_001/images"])
def test_folders_of_the_archives(tmp_path, folder):
    write(tmp_path)
    (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    for name in NAMES[:3]:
        (tmp_path / folder / name).touch()
    (tmp_path / "images_012/images").mkdir(parents=True)
    (tmp_path / "images_012/images" / NAMES[3]).touch()
    found = ChestXray14(data_root=str(tmp_path)).annotations
    assert found.names == NAMES  # the same on every machine
    expected = [f"{folder}/{name}".lstrip("/") for name in NAMES[:3]]
    assert list(found.images) == [*expected, f"images_012/images/{NAMES[3]}"]


def test_the_revised_table(tmp_path):
    header = HEADER.rstrip(",").replace("Gender", "Sex")
    rows = [row.rstrip(",").replace("058Y", "57") for row in ROWS]
    found = load(tmp_path, rows, header).annotations
    assert found.label_hash == load(tmp_path).annotations.label_hash


@pytest.mark.parametrize(
    "old, new, message",
    [
        (",Cardiomegaly,", ",Cardiomegali,", "00000001_000.png'.*nearest is 'Cardiomegaly'"),
        (",No Finding,", ",No Finding|Mass,", "line 4, column 'Finding Labels' .*beside 'No Find"),
        (",No Finding,", ",|Mass,", "line 4, column 'Finding Labels' .* has a bar without"),
        (",No Finding,", ",,", "line 4, column 'Finding Labels' is blank"),
        ("00000002_000", "00000001_000", "twice with different labels, line 2 and line 4"),
    ],
)
def test_wrong_tables(tmp_path, old, new, message):
    with pytest.raises(ValueError, match=message):
        load(tmp_path, [row.replace(old, new) for row in ROWS])


def test_missing_files(tmp_path):
    with pytest.raises(FileNotFoundError, match="no .*Data_Entry_2017.csv: download the table"):
        ChestXray14(data_root=str(tmp_path))
    write(tmp_path)
    with pytest.raises(FileNotFoundError, match="4 of 4 images are not below"):
        ChestXray14(data_root=str(tmp_path))

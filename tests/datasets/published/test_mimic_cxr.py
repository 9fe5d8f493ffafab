"""MIMIC-CXR's and CXR-LT's tables on miniatures: folders, studies, splits, views, policies."""

import gzip

import numpy as np
import pytest
from PIL import Image

from mmpartial.datasets import MIMICCXR
from mmpartial.datasets.published.chexpert import FINDINGS

FEW = dict(classes=["Edema", "Hernia"])
LT = """dicom_id,Edema,Hernia,subject_id,study_id,ViewPosition,ViewCodeSequence_CodeMeaning,fpath
02aa804e-bde0afdd,0,1,10000032,50414267,PA,postero-anterior,\
files/p10/p10000032/s50414267/02aa804e-bde0afdd.jpg
174413ec-4ec4c1f7,1.0,0.0,10000032,50414267,LATERAL,lateral,\
files/p10/p10000032/s50414267/174413ec-4ec4c1f7.jpg
dea5eb32-28bbc2a1,0,0,11000011,51029426,,,files/p11/p11000011/s51029426/dea5eb32-28bbc2a1.jpg
"""
IMAGES = [
    "p10/p10000032/s50414267/02aa804e-bde0afdd.jpg",
    "p10/p10000032/s50414267/174413ec-4ec4c1f7.jpg",
    "p11/p11000011/s51029426/dea5eb32-28bbc2a1.jpg",
]
# The labels of studies: -1 is uncertain; the last study has nothing but blank cells.
STUDIES = """subject_id,study_id,Edema,Hernia
10000032,50414267,-1.0,1.0
11000011,51029426,,
"""
METADATA = """dicom_id,subject_id,study_id,PerformedProcedureStepDescription,ViewPosition,Rows
02aa804e-bde0afdd,10000032,50414267,CHEST (PA AND LAT),PA,3056
174413ec-4ec4c1f7,10000032,50414267,CHEST (PA AND LAT),LATERAL,3056
dea5eb32-28bbc2a1,11000011,51029426,CHEST (PORTABLE AP),,3056
ffffffff-00000000,11000011,59999999,CHEST (PORTABLE AP),AP,3056
"""
SPLIT = """dicom_id,study_id,subject_id,split
02aa804e-bde0afdd,50414267,10000032,train
174413ec-4ec4c1f7,50414267,10000032,train
dea5eb32-28bbc2a1,51029426,11000011,validate
ffffffff-00000000,59999999,11000011,test
"""


def write(root, name, text):
    root.mkdir(parents=True, exist_ok=True)
    (root / name).write_bytes(
        gzip.compress(text.encode()) if name.endswith(".gz") else text.encode()
    )


def load(root, name="train.csv", text=LT, **kwargs):
    write(root, name, text)
    write(root, "mimic-cxr-2.0.0-metadata.csv.gz", METADATA)
    write(root, "mimic-cxr-2.0.0-split.csv.gz", SPLIT)
    return MIMICCXR(name, data_root=str(root), check_images=False, **{"metainfo": FEW, **kwargs})


def labels(dataset):
    return np.asarray(dataset.annotations.labels).tolist()


def write_mimic_cxr(root, dataset):
    """Tables with real images where a config expects them, two of each part of the split."""
    of_studies = "chexpert" in dataset.ann_file
    classes = dataset.get("metainfo", dict(classes=FINDINGS))["classes"]
    rows, images, split = [], ["dicom_id,subject_id,study_id,ViewPosition"], ["dicom_id,split"]
    for number, part in enumerate(["train", "train", "validate", "validate"]):
        ids = f"{number},10000032,5041426{number}"
        states = ["1.0", "0.0", "-1.0", ""] if of_studies else ["1", "0"]
        cells = ",".join(states[(number + i) % len(states)] for i in range(len(classes)))
        rows.append(f"{ids.split(',', 1)[1] if of_studies else ids},{cells}")
        images.append(f"{ids},{'AP' if number % 2 else 'PA'}")
        split.append(f"{number},{part}")
        image = root / f"files/p10/p10000032/s5041426{number}/{number}.jpg"
        image.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (20, 16)).save(image)
    header = ",".join([*(["dicom_id"] * (not of_studies)), "subject_id", "study_id", *classes])
    (root / dataset.ann_file).parent.mkdir(parents=True, exist_ok=True)
    write(root, dataset.ann_file, "\n".join([header, *rows]))
    write(root, "mimic-cxr-2.0.0-metadata.csv.gz", "\n".join(images))
    write(root, "mimic-cxr-2.0.0-split.csv.gz", "\n".join(split))


def test_a_table_of_images(tmp_path):
    dataset = load(tmp_path)
    assert labels(dataset) == [[0, 1], [1, 0], [0, 0]]
    assert list(dataset.annotations.images) == IMAGES
    patients = ["10000032", "10000032", "11000011"]
    assert dataset.annotations.groups.texts().tolist() == patients
    assert dataset.get_data_info(0)["img_path"] == str(tmp_path / "files" / IMAGES[0])


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("fpath", "path").replace("files/", ""),
        lambda text: text.replace("fpath", "file"),
        lambda text: text.replace("fpath", "file").replace("4267,", "4267.0,"),
    ],
)
def test_paths_may_be_written_otherwise_or_follow_from_ids(tmp_path, change):
    assert list(load(tmp_path, text=change(LT)).annotations.images) == IMAGES


def test_a_table_of_studies(tmp_path):
    dataset = load(tmp_path, "mimic-cxr-2.0.0-chexpert.csv.gz", STUDIES)
    assert list(dataset.annotations.images) == IMAGES  # without that of a study without a row
    assert labels(dataset) == [[-1, 1], [-1, 1], [-1, -1]]
    dataset = load(
        tmp_path,
        "mimic-cxr-2.0.0-chexpert.csv",
        STUDIES,
        blank={"default": "negative", "Hernia": "unknown"},
        uncertain="positive",
    )
    assert labels(dataset) == [[1, 1], [1, 1], [0, -1]]


@pytest.mark.parametrize("name, text", [("train.csv", LT), ("chexpert.csv", STUDIES)])
def test_splits_and_views(tmp_path, name, text):
    def images(**options):
        return list(load(tmp_path, name, text, **options).annotations.images)

    assert images(split="train") == IMAGES[:2] and images(split="validate") == IMAGES[2:]
    assert images(view="PA") == IMAGES[:1] and images(view=["PA", "lateral"]) == IMAGES[:2]
    assert images(split="train", view="LATERAL") == IMAGES[1:2]


@pytest.mark.parametrize(
    "name, text, options, message",
    [
        (
            "t.csv",
            LT,
            dict(split="val"),
            "has no 'val' in the column 'split': set split to one of 'test'",
        ),
        (
            "t.csv",
            LT,
            dict(view="LL"),
            "no 'LL' in the column 'ViewPosition': set view to one of 'LAT",
        ),
        ("t.csv", LT, dict(metainfo=None), "t.csv has no column 'No Finding'"),
        ("t.csv", LT, dict(blank="ignore"), "blank='ignore': choose one of unknown"),
        ("t.csv", LT.replace(",1.0,0.0,", ",2,0,"), {}, "line 3, column 'Edema' has the value '2'"),
        ("s.csv", STUDIES.replace("51029426", "50414267"), {}, "has the study 50414267 twice"),
        ("t.csv", LT + LT.splitlines()[1].replace(",0,1,", ",1,1,"), {}, "twice with different"),
    ],
)
def test_wrong_options_and_tables(tmp_path, name, text, options, message):
    with pytest.raises(ValueError, match=message):
        load(tmp_path, name, text, **options)


def test_missing_files(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no .*train.csv: download it from physio"):
        MIMICCXR("train.csv", data_root=str(tmp_path))
    write(tmp_path, "chexpert.csv", STUDIES)
    with pytest.raises(FileNotFoundError, match="there is no .*metadata.csv.gz: download it from"):
        MIMICCXR("chexpert.csv", data_root=str(tmp_path), metainfo=FEW)


def test_all_classes_of_the_study_tables(tmp_path):
    header = ",".join(["subject_id", "study_id", *FINDINGS])
    text = header + "\n10000032,50414267," + ",".join(["1.0", *[""] * 13]) + "\n"
    dataset = load(tmp_path, "chexpert.csv", text, metainfo=None)
    assert labels(dataset) == [[1, *[-1] * 13]] * 2

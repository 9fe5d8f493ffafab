"""CheXpert's table on a miniature: what blank and uncertain cells become, and wrong tables."""

import gzip
import tempfile
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mmpartial.datasets import CheXpert, PartialLabelDataset
from mmpartial.datasets.published.chexpert import FINDINGS

HEADER = ",".join(["Path", "Sex", "Age", "Frontal/Lateral", "AP/PA", *FINDINGS])
TRAIN = [
    "CheXpert-v1.0-small/train/patient00001/study1/view1_frontal.jpg,Female,68,Frontal,AP,"
    "1.0,,,,,,,,,0.0,,,,1.0",
    "CheXpert-v1.0-small/train/patient00002/study2/view1_frontal.jpg,Female,87,Frontal,AP,"
    ",,-1.0,1.0,,-1.0,-1.0,,-1.0,,-1.0,,1.0,",
    "CheXpert-v1.0-small/train/patient00002/study1/view2_lateral.jpg,Female,83,Lateral,,"
    ",,,1.0,,,-1.0,,,,,,1.0,",
]
ALL = ["unknown", "negative", "positive"]
STATES = dict(zip(ALL, (-1, 0, 1), strict=True))


def write(folder, lines, name="train.csv", header=HEADER):
    text = "\n".join([header, *lines]) + "\n"
    with (gzip.open if name.endswith("gz") else open)(folder / name, "wb") as file:
        file.write(text.encode())
    for line in lines:
        path = folder / line.split(",")[0].split("/", 1)[-1]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def load(folder, lines=TRAIN, name="train.csv", header=HEADER, **kwargs):
    write(folder, lines, name, header)
    return CheXpert(name, data_root=str(folder), **kwargs)


def labels(dataset):
    return np.asarray(dataset.annotations.labels).tolist()


def expected(lines, blank, uncertain):
    """Policies, cell by cell; ``blank`` and ``uncertain`` are functions of the finding."""
    rows = [line.split(",")[5:] for line in lines]
    return [
        [
            {"": blank(finding), "-1.0": uncertain(finding), "0.0": 0, "1.0": 1}[cell]
            for finding, cell in zip(FINDINGS, row, strict=True)
        ]
        for row in rows
    ]


def test_reads_the_published_format(tmp_path):
    dataset = load(tmp_path)
    found = labels(dataset)
    assert found == expected(TRAIN, lambda f: 0 if f == "No Finding" else -1, lambda f: -1)
    info = dataset.get_data_info(1)
    assert info["img_id"] == "train/patient00002/study2/view1_frontal.jpg"
    assert info["img_path"] == str(tmp_path / info["img_id"])
    assert info["gt_score"].tolist() == found[1]
    assert dataset.get_cat_ids(1) == [3, 12] and dataset.metainfo["classes"] == FINDINGS


def test_both_releases_have_the_same_ids(tmp_path):
    small, large = tmp_path / "small", tmp_path / "large"
    small.mkdir(), large.mkdir()
    lines = [line.replace("CheXpert-v1.0-small", "CheXpert-v1.0") for line in TRAIN]
    draws = [
        PartialLabelDataset(dataset, setting="RPS", drop=0.5).label_hash
        for dataset in (load(small), load(large, lines))
    ]
    assert draws[0] == draws[1]


@pytest.mark.parametrize("blank", ALL)
@pytest.mark.parametrize("uncertain", ALL)
def test_one_policy_for_all(tmp_path, blank, uncertain):
    found = labels(load(tmp_path, blank=blank, uncertain=uncertain))
    assert found == expected(TRAIN, lambda f: STATES[blank], lambda f: STATES[uncertain])


cells = st.lists(st.sampled_from(["", "1.0", "0.0", "-1.0"]), min_size=14, max_size=14)
policies = st.dictionaries(st.sampled_from(FINDINGS), st.sampled_from(ALL)).flatmap(
    lambda some: st.sampled_from(ALL).map(lambda rest: some | {"default": rest})
)


@settings(max_examples=30, deadline=None)
@given(st.lists(cells, min_size=1, max_size=4), policies, policies)
def test_policies_by_finding(rows, blank, uncertain):
    lines = [f"CheXpert-v1.0/train/{n}.jpg,,,,," + ",".join(row) for n, row in enumerate(rows)]
    with tempfile.TemporaryDirectory() as folder:
        found = labels(load(Path(folder), lines, blank=blank, uncertain=uncertain))
    assert found == expected(
        lines,
        lambda f: STATES[blank.get(f, blank["default"])],
        lambda f: STATES[uncertain.get(f, uncertain["default"])],
    )


@pytest.mark.parametrize("view", ["frontal", "FRONTAL", "Frontal"])
@pytest.mark.parametrize("cell", ["Frontal", "frontal", "FRONTAL", " Frontal "])
def test_letter_case_of_views(tmp_path, view, cell):
    lines = [line.replace("Frontal", cell) for line in TRAIN]
    assert labels(load(tmp_path, lines, view=view)) == labels(load(tmp_path))[:2]


def test_projections(tmp_path):
    lines = [TRAIN[0], TRAIN[1].replace(",AP,", ",pa,"), TRAIN[2]]
    assert labels(load(tmp_path, lines, view="AP")) == labels(load(tmp_path))[:1]
    assert labels(load(tmp_path, lines, view="pa")) == labels(load(tmp_path))[1:2]
    with pytest.raises(ValueError, match="line 3, column 'AP/PA' has the value 'A': a view is AP"):
        load(tmp_path, [TRAIN[0], TRAIN[1].replace(",AP,", ",A,")], view="PA")
    with pytest.raises(ValueError, match="column 'Frontal/Lateral' has the value 'Side': a view"):
        load(tmp_path, [TRAIN[0], TRAIN[2].replace("Lateral", "Side")], view="Lateral")
    with pytest.raises(ValueError, match="line 2, column 'Frontal/Lateral' has the value ''"):
        load(tmp_path, [TRAIN[0].replace("Frontal", "")], view="Frontal")


@pytest.mark.parametrize(
    "one, zero, minus, blank",
    [
        ("1", "0", "-1", "nan"),
        ("1.00", "0.00", "-1.00", "NaN"),
        ("+1", "-0.0", "-1.", " "),
        ("1e0", "0e0", " -1.0 ", ""),
        ("1.0", "0.0", "-1.0", "NA"),
        ("1.0", "0.0", "-1.0", "None"),
        ("1.0", "0.0", "-1.0", "<NA>"),
    ],
)
def test_other_ways_to_write_numbers(tmp_path, one, zero, minus, blank):
    def written(line):
        head, cells = line.split(",")[:5], line.split(",")[5:]
        spelt = {"1.0": one, "0.0": zero, "-1.0": minus, "": blank}
        return ",".join([*head, *(spelt[cell] for cell in cells)])

    found = labels(load(tmp_path, [written(line) for line in TRAIN], uncertain="positive"))
    assert found == labels(load(tmp_path, uncertain="positive"))


def test_parquet_with_numbers(tmp_path):
    expected = labels(load(tmp_path))
    table = pd.read_csv(tmp_path / "train.csv")
    table.to_parquet(tmp_path / "train.parquet")
    dataset = CheXpert("train.parquet", data_root=str(tmp_path))
    assert labels(dataset) == expected


def test_views(tmp_path):
    assert load(tmp_path, view="Frontal").annotations.images == [
        "train/patient00001/study1/view1_frontal.jpg",
        "train/patient00002/study2/view1_frontal.jpg",
    ]
    lateral = load(tmp_path, view="Lateral")
    assert labels(lateral) == labels(load(tmp_path))[2:]
    assert lateral.annotations.groups.texts().tolist() == ["patient00002"]
    with pytest.raises(ValueError, match="view='front': choose one of 'Frontal', 'Lateral', 'AP'"):
        load(tmp_path, view="front")
    with pytest.raises(ValueError, match=r"there is no image in .*train.csv"):
        load(tmp_path, TRAIN[:2], view="Lateral")


def test_some_findings(tmp_path):
    dataset = load(tmp_path, metainfo=dict(classes=["Edema", "Support Devices"]))
    assert labels(dataset) == [[-1, 1], [-1, -1], [-1, -1]]


def test_the_table_of_another_hospital(tmp_path):
    """MIMIC-CXR's columns, with whole numbers, compressed, and a column of paths added."""
    dataset = load(
        tmp_path,
        ["p/1.jpg,10000032,50414267,1,", "p/2.jpg,10000032,53189527,-1,0"],
        "mimic-cxr-2.0.0-chexpert.csv.gz",
        "jpg,subject_id,study_id,No Finding,Hernia",
        image_column="jpg",
        metainfo=dict(classes=["Hernia", "No Finding"]),
        uncertain="negative",
        check_images=False,
    )
    assert labels(dataset) == [[-1, 1], [0, 0]]
    assert dataset.annotations.images == ["p/1.jpg", "p/2.jpg"]
    assert dataset.annotations.groups is None  # no folder of a patient


@pytest.mark.parametrize(
    "options, message",
    [
        (dict(blank="ignore"), "blank='ignore': choose one of unknown, negative, positive"),
        (dict(uncertain={"default": "zeros"}), "uncertain=.*'zeros'.*: choose one of unknown"),
        (
            dict(uncertain={"default": "unknown", "Oedema": "positive"}),
            "there is no class 'Oedema' among the 14 classes; the nearest is 'Edema'",
        ),
        (
            dict(blank={"No Finding": "negative"}),
            "has no policy for 'Enlarged Cardiomediastinum': add one, or one for 'default'",
        ),
        (dict(metainfo=dict(classes=["Oedema"])), "train.csv has no column 'Oedema'"),
        (dict(image_column="path"), "train.csv has no column 'path'"),
    ],
)
def test_wrong_options(tmp_path, options, message):
    with pytest.raises(ValueError, match=message):
        load(tmp_path, **options)


@pytest.mark.parametrize(
    "lines, message",
    [
        (
            [TRAIN[0], TRAIN[1].replace(",1.0,,-1.0", ",0.5,,-1.0")],
            "train.csv, line 3, column 'Lung Opacity' has the value '0.5': a finding is 1.0, 0.0",
        ),
        ([TRAIN[0].replace(",1.0,,", ",yes,,")], "line 2, column 'No Finding' has the value 'yes'"),
        ([*TRAIN[:2], TRAIN[2][:-8]], "train.csv, line 4 has"),
        ([TRAIN[0], TRAIN[1], TRAIN[1].replace("-1.0", "1.0")], "twice with different labels"),
        ([TRAIN[0], "," + TRAIN[1].split(",", 1)[1]], "line 3, column 'Path' is blank"),
        ([], "there is no image in"),
    ],
)
def test_wrong_tables(tmp_path, lines, message):
    with pytest.raises(ValueError, match=message):
        load(tmp_path, lines)


def test_missing_files(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no .*train.csv: request CheXpert v1.0"):
        CheXpert("train.csv", data_root=str(tmp_path))
    write(tmp_path, TRAIN)
    (tmp_path / "train/patient00001/study1/view1_frontal.jpg").unlink()
    with pytest.raises(FileNotFoundError, match="1 of 3 images .*: train/patient00001/"):
        CheXpert("train.csv", data_root=str(tmp_path))
    (tmp_path / "train.csv").write_bytes((HEADER + "\n" + TRAIN[0]).encode() + b"\xff\n")
    with pytest.raises(ValueError, match="train.csv, line 2, .*UTF-8"):
        CheXpert("train.csv", data_root=str(tmp_path))


def test_a_table_that_is_not_whole_is_told(tmp_path):
    with patch("mmpartial.utils.log.print_log") as log:
        load(tmp_path)
        assert "has 3 images, but the published file has 223414" in log.call_args.args[0]
        log.reset_mock()
        load(tmp_path, ["p.jpg,1"], header="Path,Edema", metainfo=dict(classes=["Edema"]),
             check_images=False)  # fmt: skip
        log.assert_not_called()  # a train.csv of somebody else


def write_chexpert(root, dataset):
    """A miniature with real images where a config expects them; validation labels are full."""
    lines = TRAIN
    if dataset.ann_file == "valid.csv":
        image = "CheXpert-v1.0-small/valid/patient6454{}/study1/view1_frontal.jpg"
        rows = (["0.0", "1.0"] * 7, ["1.0", "0.0"] * 7)
        lines = [
            ",".join([image.format(n), "Male", "73", "Frontal", "AP", *row])
            for n, row in enumerate(rows, 1)
        ]
    root.mkdir(parents=True, exist_ok=True)
    write(root, lines, dataset.ann_file)
    for path in root.rglob("*.jpg"):
        Image.new("L", (20, 16)).save(path)

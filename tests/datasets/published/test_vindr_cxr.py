"""VinDr-CXR's tables on miniatures: what three radiologists agree on, and wrong tables."""

import pytest
from PIL import Image

from mmpartial.datasets import VinDrCXR
from mmpartial.datasets.published.vindr_cxr import FINDINGS

FEW = dict(classes=["Edema", "Other diseases", "No finding"])
TRAIN = """image_id,rad_id,Edema,Nodule/Mass,Other diseases,No finding
b1,R9,1,0,0,0
a2,R8,0,0,0,1
b1,R10,1.0,1.0,1.0,0.0
a2,R9,0,0,0,1
b1,R11,1,0,0,0
a2,R10,0,0,1,0
"""
TEST = """image_id,Other disease,Edema,No finding
c1,0,1,0
c2,1,0,0
"""


def load(root, text=TRAIN, name="image_labels_train.csv", **kwargs):
    (root / name).write_text(text)
    kwargs = dict(metainfo=FEW, check_images=False) | kwargs
    return VinDrCXR(name, data_root=str(root), **kwargs)


def labels(dataset):
    return dataset.annotations.labels.dense().tolist()


def write_vindr_cxr(root, dataset):
    """A miniature with all findings where a config expects it; radiologists differ on some."""
    is_train = "train" in dataset.ann_file
    header = ["image_id", *(["rad_id"] * is_train), *FINDINGS]
    lines = [",".join(header)]
    (root / dataset.data_prefix).mkdir(parents=True, exist_ok=True)
    for number in range(2):
        for rad in range(3 if is_train else 1):
            cells = [str((number + (column + rad) // 4) % 2) for column in range(28)]
            lines.append(",".join([str(number), *([f"R{rad}"] * is_train), *cells]))
        Image.new("L", (20, 16)).save(root / dataset.data_prefix / f"{number}.png")
    (root / dataset.ann_file).parent.mkdir(parents=True, exist_ok=True)
    (root / dataset.ann_file).write_text("\n".join(lines))


@pytest.mark.parametrize(
    "disagreement, expected",
    [
        ("unknown", [[1, -1, 0], [0, -1, -1]]),
        ("majority", [[1, 0, 0], [0, 0, 1]]),
        ("positive", [[1, 1, 0], [0, 1, 1]]),
        ("negative", [[1, 0, 0], [0, 0, 0]]),
    ],
)
def test_disagreement(tmp_path, disagreement, expected):
    dataset = load(tmp_path, disagreement=disagreement)
    assert labels(dataset) == expected
    assert list(dataset.annotations.images) == ["b1.png", "a2.png"]


def test_a_tie_is_unknown_and_a_blank_cell_is_no_vote(tmp_path):
    two = "\n".join(TRAIN.splitlines()[:4]) + "\n"
    assert labels(load(tmp_path, two, disagreement="majority"))[0] == [1, -1, 0]
    blank = TRAIN.replace("b1,R10,1.0,1.0,1.0,0.0", "b1,R10,,,,0.0")
    assert labels(load(tmp_path, blank))[0] == [1, 0, 0]


def test_the_test_table(tmp_path):
    dataset = load(tmp_path, TEST, "image_labels_test.csv", suffix=".jpg")
    assert labels(dataset) == [[1, 0, 0], [0, 1, 0]]
    assert dataset.metainfo["classes"] == ("Edema", "Other diseases", "No finding")
    assert list(dataset.annotations.images) == ["c1.jpg", "c2.jpg"]


@pytest.mark.parametrize(
    "text, options, message",
    [
        (TRAIN, dict(disagreement="any"), "disagreement='any': choose one of unknown, majority"),
        (TRAIN, dict(metainfo=None), "has no column 'Aortic enlargement': its columns are"),
        (TRAIN.replace("R11", "R10"), {}, "two rows of the radiologist R10 for the image b1"),
        (TRAIN.replace("b1,R9,1", "b1,R9,x"), {}, "line 2, column 'Edema' has the value 'x'"),
        (TRAIN.replace("a2,R8", ",R8"), {}, "line 3, column 'image_id' is blank"),
        (TEST + "c1,1,1,0\n", {}, "twice with different labels, line 2 and line 4"),
    ],
)
def test_wrong_options_and_tables(tmp_path, text, options, message):
    with pytest.raises(ValueError, match=message):
        load(tmp_path, text, **options)


def test_missing_table(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no .*x.csv: download it from physionet"):
        VinDrCXR("x.csv", data_root=str(tmp_path))

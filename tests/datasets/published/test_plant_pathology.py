"""Plant Pathology 2021's table on a miniature."""

import pytest
from PIL import Image

from mmpartial.datasets import PlantPathology2021

TABLE = """image,labels
800113bb65efe69e.jpg,healthy
8002cb321f8bfcdf.jpg,scab frog_eye_leaf_spot complex
80070f7fb5e2ccaa.jpg,scab
80077517781fb94f.jpg,powdery_mildew complex
"""
NAMES = [line.split(",")[0] for line in TABLE.splitlines()[1:]]
EXPECTED = [[1, 0, 0, 0, 0, 0], [0, 1, 1, 0, 1, 0], [0, 1, 0, 0, 0, 0], [0, 0, 0, 0, 1, 1]]


def write(root, text=TABLE):
    root.mkdir(parents=True, exist_ok=True)
    (root / "train.csv").write_text(text)
    (root / "train.txt").write_text("\n".join(NAMES[:2]))
    (root / "val.txt").write_text("\n".join(NAMES[2:]))


def load(root, text=TABLE, **kwargs):
    write(root, text)
    return PlantPathology2021(data_root=str(root), check_images=False, **kwargs)


def labels(dataset):
    return dataset.annotations.labels.dense().tolist()


def write_plant_pathology(root, dataset):
    """A miniature with real images where a config expects them."""
    write(root)
    (root / "train_images").mkdir(exist_ok=True)
    for name in NAMES:
        Image.new("RGB", (20, 16)).save(root / "train_images" / name)


def test_reads_the_published_format(tmp_path):
    dataset = load(tmp_path)
    assert labels(dataset) == EXPECTED and dataset.annotations.images == NAMES
    assert labels(load(tmp_path, image_list="val.txt")) == EXPECTED[2:]


def test_unlisted_diseases_of_a_complex_leaf(tmp_path):
    expected = [EXPECTED[0], [0, 1, 1, -1, 1, -1], EXPECTED[2], [0, -1, -1, -1, 1, 1]]
    assert labels(load(tmp_path, unlisted_in_complex="unknown")) == expected
    with pytest.raises(ValueError, match="unlisted_in_complex='ignore': choose 'negative' or 'unk"):
        load(tmp_path, unlisted_in_complex="ignore")


@pytest.mark.parametrize(
    "old, new, message",
    [
        (",scab\n", ",scabs\n", "80070f7fb5e2ccaa.jpg': there is no class 'scabs'"),
        (",healthy", ",healthy rust", "line 2, column 'labels' .*a disease beside 'healthy'"),
        (",healthy", ",", "line 2, column 'labels' is blank"),
        (NAMES[2], NAMES[0], "twice with different labels, line 2 and line 4"),
    ],
)
def test_wrong_tables(tmp_path, old, new, message):
    with pytest.raises(ValueError, match=message):
        load(tmp_path, TABLE.replace(old, new))


def test_missing_table(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no .*train.csv: download it from kaggle"):
        PlantPathology2021(data_root=str(tmp_path))

"""VISPR's files on a miniature, and each way they can be wrong."""

import json

import pytest
from PIL import Image

from mmpartial.datasets import VISPR

ATTRIBUTES = (
    "idx\tattribute_id\tgroup\tdescription\r\n"
    "0\ta0_safe\tSafe\tSafe\r\n"
    "2\ta9_face_complete\tPersonal Description\tFace (Complete)\r\n"
    "\ta14_unused\tPersonal Description\tNot in the dataset\r\n"
    "1\ta4_gender\tPersonal Description\tGender\r\n"
)
PHOTOS = {
    "2017_10001018": ["a9_face_complete", "a4_gender", "a9_face_complete"],
    "2017_10000580": ["a0_safe"],
    "2017_99999999": [],
}


def write(root, split="train", photos=PHOTOS, attributes=ATTRIBUTES, folder="annotations"):
    (root / folder / f"{split}2017").mkdir(parents=True, exist_ok=True)
    (root / "attributes.tsv").write_bytes(attributes.encode())
    for name, labels in photos.items():
        image = f"images/{split}2017/{name}.jpg"
        content = dict(id=name, image_path=image, labels=labels, safe="a0_safe" in labels)
        path = root / folder / f"{split}2017" / f"{name}.json"
        path.write_text(json.dumps(content))


def write_vispr(root, dataset):
    """Everything that a config's dataset reads, with 68 attributes."""
    rows = "".join(f"{i}\ta{i}_x\tGroup\tAttribute {i}\r\n" for i in range(68))
    photos = {f"2017_{i}": [f"a{i}_x", "a7_x"] for i in range(3)}
    write(root, dataset.split, photos, "idx\tattribute_id\tgroup\tdescription\r\n" + rows)
    folder = root / "images" / f"{dataset.split}2017"
    folder.mkdir(parents=True, exist_ok=True)
    for name in photos:
        Image.new("RGB", (20, 16)).save(folder / f"{name}.jpg")


def load(root, **kwargs):
    return VISPR(**dict(data_root=str(root), check_images=False) | kwargs)


@pytest.mark.parametrize("split", ["train", "val", "test"])
def test_reads_the_published_format(tmp_path, split):
    write(tmp_path, split)
    dataset = load(tmp_path, split=split)
    assert dataset.metainfo["classes"] == ("Safe", "Gender", "Face (Complete)")
    assert dataset.annotations.names == sorted(PHOTOS)
    assert dataset.annotations.labels.dense().tolist() == [[1, 0, 0], [0, 1, 1], [0, 0, 0]]
    path = tmp_path / "images" / f"{split}2017" / "2017_10000580.jpg"
    assert dataset.get_data_info(0)["img_path"] == str(path)


def test_photos_beside_their_files(tmp_path):
    write(tmp_path, folder="")
    for name in PHOTOS:
        (tmp_path / "train2017" / f"{name}.jpg").touch()
    found = load(tmp_path, ann_dir="", data_prefix="", check_images=True)
    assert found.get_data_info(2)["img_path"] == str(tmp_path / "train2017/2017_99999999.jpg")


def test_sizes_are_compared(tmp_path, said):
    write(tmp_path, "val")
    load(tmp_path, split="val")
    assert "val2017 has 3 images, but the published file has 4167" in said.pop()


@pytest.mark.parametrize(
    "labels, attributes, message",
    [
        (["a1_age"], ATTRIBUTES, r"2017_1.json has the label 'a1_age', which is not in the table"),
        ([3], ATTRIBUTES, r"2017_1.json has the label 3, which is not in the table"),
        ("a0_safe", ATTRIBUTES, r"2017_1.json has no image_path or no list of labels: download"),
        ([], ATTRIBUTES.replace("\r\n2\t", "\r\n3\t"), r"tsv: the column 'idx' does not count fro"),
        ([], ATTRIBUTES.replace("group", "idx"), r"attributes.tsv.*idx"),
    ],
)
def test_damaged_files(tmp_path, labels, attributes, message):
    write(tmp_path, photos={"2017_1": labels}, attributes=attributes)
    with pytest.raises(ValueError, match=message):
        load(tmp_path)


def test_missing_files(tmp_path):
    with pytest.raises(ValueError, match="split='valid': choose 'train', 'val' or 'test'"):
        load(tmp_path, split="valid")
    with pytest.raises(FileNotFoundError, match=r"attributes.tsv: download VISPR from"):
        load(tmp_path)
    write(tmp_path)
    with pytest.raises(FileNotFoundError, match="there is no folder .*test2017: download VISPR"):
        load(tmp_path, split="test")
    with pytest.raises(FileNotFoundError, match="there is no image folder .*images"):
        load(tmp_path, check_images=True)

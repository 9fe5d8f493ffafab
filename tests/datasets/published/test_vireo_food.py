"""Vireo Food-172's files on a miniature, and each way they can be wrong."""

import numpy as np
import pytest
from PIL import Image

from mmpartial.datasets import VireoFood172

INGREDIENTS = ["Minced green onion", "Shredded pork, fried", "Egg"]
PHOTOS = {"/1/4_41.jpg": [1, -1, 1], "/172/0_0.jpg": [-1, -1, -1], "/2/10_7.jpg": [-1, 1, 0]}
SPLITS = {"TR": ["/2/10_7.jpg", "/1/4_41.jpg"], "VAL": ["/172/0_0.jpg"], "TE": ["/1/4_41.jpg"]}


def write(root, photos=PHOTOS, ingredients=INGREDIENTS, splits=SPLITS):
    """The published format: a slash before each photo, -1 for an ingredient that is not there."""
    folder = root / "SplitAndIngreLabel"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "IngredientList.txt").write_bytes("\r\n".join(ingredients).encode())
    lines = [" ".join([photo, *map(str, labels)]) + "\n" for photo, labels in photos.items()]
    (folder / "IngreLabel.txt").write_text("".join(lines))
    for name, listed in splits.items():
        (folder / f"{name}.txt").write_bytes("\r\n".join([*listed, ""]).encode())


def write_vireo_food(root, dataset):
    """Everything that a config's dataset reads, with 353 ingredients."""
    labels = np.where(np.arange(3 * 353).reshape(3, 353) % 7, -1, 1)
    photos = dict(zip(PHOTOS, labels, strict=True))
    splits = {name: list(PHOTOS) for name in SPLITS}
    write(root, photos, [f"ingredient {number}" for number in range(353)], splits)
    for photo in PHOTOS:
        path = root / "ready_chinese_food" / photo[1:]
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (20, 16)).save(path)


def load(root, **kwargs):
    return VireoFood172(**dict(data_root=str(root), check_images=False) | kwargs)


@pytest.mark.parametrize(
    "split, expected",
    [("train", [[1, 0, 1], [0, 1, 0]]), ("val", [[0, 0, 0]]), ("test", [[1, 0, 1]])],
)
def test_reads_the_published_format(tmp_path, split, expected):
    write(tmp_path)
    dataset = load(tmp_path, split=split)
    assert dataset.annotations.labels.dense().tolist() == expected
    assert dataset.metainfo["classes"] == tuple(INGREDIENTS)


def test_photos_are_found(tmp_path):
    write(tmp_path)
    (tmp_path / "ready_chinese_food/172").mkdir(parents=True)
    (tmp_path / "ready_chinese_food/172/0_0.jpg").touch()
    info = load(tmp_path, split="val", check_images=True).get_data_info(0)
    assert info["img_path"] == str(tmp_path / "ready_chinese_food/172/0_0.jpg")
    assert info["img_id"] == "172/0_0.jpg"


def test_sizes_are_compared(tmp_path, said):
    write(tmp_path)
    load(tmp_path)
    assert "IngreLabel.txt has 3 images, but the published file has 110241" in said[0]
    assert "TR.txt has 2 images, but the published file has 66071" in said[1]


@pytest.mark.parametrize(
    "changes, message",
    [
        (dict(photos={"/1/1.jpg": [1, 2, 0]}), "photo '/1/1.jpg': there is '2' in place of 1, 0"),
        (dict(photos={"/1/1.jpg": [1, 0]}), "there are 2 numbers for the 3 ingredients of"),
        (dict(ingredients=["Egg", "Pork", "Egg"]), "the class 'Egg' is listed twice"),
        (dict(splits={"TR": ["/3/1.jpg"]}), "TR.txt lists '/3/1.jpg', which is not the file name"),
    ],
)
def test_damaged_lists(tmp_path, changes, message):
    write(tmp_path, **changes)
    with pytest.raises(ValueError, match=message):
        load(tmp_path)


def test_missing_lists(tmp_path):
    with pytest.raises(ValueError, match="split='TR': choose 'train', 'val' or 'test'"):
        load(tmp_path, split="TR")
    with pytest.raises(FileNotFoundError, match="IngredientList.txt: download Vireo Food-172 from"):
        load(tmp_path)
    write(tmp_path)
    with pytest.raises(FileNotFoundError, match="there is no image folder .*ready_chinese_food"):
        load(tmp_path, check_images=True)

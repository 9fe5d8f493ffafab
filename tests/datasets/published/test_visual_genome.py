"""VG-200's files on a miniature, and each way they can be wrong."""

import json

import pytest
from PIL import Image

from mmpartial.datasets import VisualGenome

LABELS = {"2338884.jpg": [0, 2], "107899.jpg": [], "1.jpg": [1, 1], "2.jpg": [2]}
NAME = "vg_category_200_labels_index.json"


def write(root, content=LABELS, listed=("1.jpg", "2338884.jpg")):
    root.mkdir(parents=True, exist_ok=True)
    (root / NAME).write_text(json.dumps(content))
    (root / "train_list_500.txt").write_text("\n".join(listed) + "\n")


def load(root, **kwargs):
    options = dict(num_classes=3, image_list="train_list_500.txt", check_images=False) | kwargs
    return VisualGenome(data_root=str(root), **options)


def write_visual_genome(root, dataset):
    """Everything that a config's dataset reads, the images in two folders."""
    write(root)
    (root / dataset.ann_file).write_text(json.dumps(LABELS))
    (root / dataset.image_list).write_text("1.jpg\n2338884.jpg\n")
    for path in ("VG_100K/1.jpg", "VG_100K_2/2338884.jpg"):
        (root / path).parent.mkdir(exist_ok=True)
        Image.new("RGB", (20, 16)).save(root / path)


def test_reads_the_published_format(tmp_path):
    write(tmp_path)
    dataset = load(tmp_path)
    assert dataset.metainfo["classes"] == ("0", "1", "2")
    assert dataset.annotations.names == ["2338884.jpg", "1.jpg"]
    assert dataset.annotations.labels.dense().tolist() == [[1, 0, 1], [0, 1, 0]]
    assert len(load(tmp_path, image_list=None)) == 4


def test_images_in_two_folders(tmp_path):
    write(tmp_path)
    for path in ("VG_100K/1.jpg", "VG_100K_2/2338884.jpg"):
        (tmp_path / path).parent.mkdir()
        (tmp_path / path).touch()
    images = load(tmp_path, check_images=True).annotations.images
    assert list(images) == ["VG_100K_2/2338884.jpg", "VG_100K/1.jpg"]
    (tmp_path / "VG_100K/1.jpg").unlink()
    with pytest.raises(FileNotFoundError, match="1 of 2 images .*: VG_100K/1.jpg"):
        load(tmp_path, check_images=True)


def test_names(tmp_path):
    write(tmp_path)
    (tmp_path / "names.txt").write_text("man\ntree\nsky\n")
    assert load(tmp_path, class_file="names.txt").metainfo["classes"] == ("man", "tree", "sky")
    with pytest.raises(ValueError, match="names.txt has 3 names, but num_classes is 4"):
        load(tmp_path, class_file="names.txt", num_classes=4)


@pytest.mark.parametrize(
    "content, listed, message",
    [
        (
            LABELS | {"2.jpg": [3]},
            ["1.jpg"],
            "image '2.jpg' has the class index 3, but there are 3",
        ),
        (LABELS | {"2.jpg": ["a"]}, ["1.jpg"], "has .'a'. for the image '2.jpg': it should be a"),
        ([1], ["1.jpg"], "labels_index.json is not an object with the classes of each image"),
        (LABELS, ["3.jpg"], "train_list_500.txt lists '3.jpg', which is not the file name"),
    ],
)
def test_damaged_files(tmp_path, content, listed, message):
    write(tmp_path, content, listed)
    with pytest.raises(ValueError, match=message):
        load(tmp_path)


def test_missing_files(tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no .*index.json: it is published with"):
        load(tmp_path)

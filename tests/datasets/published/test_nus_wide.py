"""NUS-WIDE's files on a miniature, and each way they can be wrong."""

import numpy as np
import pytest
from PIL import Image

from mmpartial.datasets import NUSWIDE

CONCEPTS = ["airport", "sun", "sunset"]
IMAGES = ["actor/0001_2124494179.jpg", "actor/0002_174174086.jpg", "zoo/0001_534152430.jpg"]
LABELS = np.array([[1, 0, 1], [0, 0, 0], [0, 1, 0]])


def write_labels(root, split="train", concepts=CONCEPTS, labels=LABELS, packed=False):
    """The published format: backslashes in the lists, a label on each line."""
    part = split.capitalize()
    for folder in ("ConceptsList", "ImageList", "Groundtruth/TrainTestLabels"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    names = root / "ConceptsList" if packed else root
    (names / "Concepts81.txt").write_text("".join(f"{name}\n" for name in concepts))
    lines = [image.replace("/", "\\") + "\r\n" for image in IMAGES]
    (root / "ImageList" / f"{part}Imagelist.txt").write_bytes("".join(lines).encode())
    for name, column in zip(concepts, labels.T, strict=True):
        path = root / "Groundtruth" / "TrainTestLabels" / f"Labels_{name}_{part}.txt"
        path.write_text("".join(f"{label}\n" for label in column))


def write_nus_wide(root, dataset):
    """Everything that a config's dataset reads, with 81 concepts."""
    labels = (np.arange(3 * 81).reshape(3, 81) % 7 == 0).astype(int)
    write_labels(root, dataset.split, [f"concept{number}" for number in range(81)], labels)
    for image in IMAGES:
        (root / "Flickr" / image).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (20, 16)).save(root / "Flickr" / image)


def load(root, **kwargs):
    return NUSWIDE(str(root), check_images=False, **kwargs)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("split", ["train", "test"])
def test_reads_the_published_format(tmp_path, split, packed):
    write_labels(tmp_path, split, packed=packed)
    dataset = load(tmp_path, split=split)
    assert dataset.annotations.labels.dense().tolist() == LABELS.tolist()
    assert dataset.metainfo["classes"] == tuple(CONCEPTS)
    info = dataset.get_data_info(2)
    assert info["img_id"] == IMAGES[2] and info["gt_label"] == [1]
    assert info["img_path"] == str(tmp_path / "Flickr" / IMAGES[2])


def test_fewer_concepts(tmp_path):
    write_labels(tmp_path)
    dataset = load(tmp_path, metainfo=dict(classes=["sunset", "airport"]))
    assert [dataset.get_data_info(i)["gt_label"] for i in range(3)] == [[0, 1], [], []]


def test_fewer_images(tmp_path):
    write_labels(tmp_path)
    path = tmp_path / "there.txt"
    path.write_text("zoo\\0001_534152430.jpg\nactor/0002_174174086.jpg\n")
    for options, expected in (
        (dict(image_list="there.txt"), IMAGES[1:]),
        (dict(keep_empty=False), [IMAGES[0], IMAGES[2]]),
        (dict(image_list="there.txt", keep_empty=False), IMAGES[2:]),
    ):
        found = load(tmp_path, **options).annotations
        assert list(found.images) == expected
        rows = [IMAGES.index(image) for image in expected]
        assert found.labels.dense().tolist() == LABELS[rows].tolist()
    path.write_text("zoo/0002_1.jpg\n")
    with pytest.raises(ValueError, match="lists 'zoo/0002_1.jpg', .*TrainImagelist.txt: take"):
        load(tmp_path, image_list="there.txt")


def test_sizes_are_compared(tmp_path, said):
    for split, size in (("train", 161789), ("test", 107859)):
        write_labels(tmp_path, split)
        load(tmp_path, split=split)
        assert f"3 images, but the published file has {size}" in said.pop()


def test_nothing_is_left(tmp_path):
    write_labels(tmp_path, labels=np.zeros((3, 3), dtype=int))
    with pytest.raises(ValueError, match="NUSWIDE: there is no image in "):
        load(tmp_path, keep_empty=False)


def test_missing_files(tmp_path):
    with pytest.raises(ValueError, match="split='val': choose 'train' or 'test'"):
        load(tmp_path, split="val")
    with pytest.raises(FileNotFoundError, match="TrainImagelist.txt: unpack NUS-WIDE's"):
        load(tmp_path)
    write_labels(tmp_path)
    with pytest.raises(FileNotFoundError, match="there is no image folder .*Flickr"):
        NUSWIDE(str(tmp_path))
    (tmp_path / "Groundtruth" / "TrainTestLabels" / "Labels_sun_Train.txt").unlink()
    with pytest.raises(FileNotFoundError, match="Labels_sun_Train.txt: unpack NUS-WIDE's"):
        load(tmp_path)
    (tmp_path / "Concepts81.txt").unlink()
    with pytest.raises(FileNotFoundError, match="Concepts81.txt: unpack NUS-WIDE's"):
        load(tmp_path)


@pytest.mark.parametrize(
    "text, message",
    [
        ("1\n0\n", "Labels_sun_Train.txt has 2 labels, but the list of train has 3 images"),
        ("1\n0\n0\n1\n", "has 4 labels, but the list of train has 3 images"),
        ("1\n-1\n0\n", "Labels_sun_Train.txt has -1 as label 2 in place of 1 or 0"),
        ("1\n0\nx\n", "Labels_sun_Train.txt, line 3: 'x' should be label"),
    ],
)
def test_damaged_labels(tmp_path, text, message):
    write_labels(tmp_path)
    (tmp_path / "Groundtruth" / "TrainTestLabels" / "Labels_sun_Train.txt").write_text(text)
    with pytest.raises(ValueError, match=message):
        load(tmp_path)


def test_listed_twice(tmp_path):
    write_labels(tmp_path)
    (tmp_path / "Concepts81.txt").write_text("airport\nsun\nsun\n")
    with pytest.raises(ValueError, match="the class 'sun' is listed twice"):
        load(tmp_path)
    write_labels(tmp_path)
    (tmp_path / "ImageList" / "TrainImagelist.txt").write_text("a\\1.jpg\na\\2.jpg\na\\1.jpg\n")
    with pytest.raises(ValueError, match="the image 'a/1.jpg' is listed twice"):
        load(tmp_path)

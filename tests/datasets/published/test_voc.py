"""VOC's lists of classes on miniatures, and each way they can be wrong."""

import numpy as np
import pytest
from PIL import Image

from mmpartial.datasets import VOCMultiLabel
from mmpartial.datasets.published.voc import CLASSES

# What the lists say: 1, -1, or 0 where all objects of the class are difficult.
IDS = ["2008_000002", "2008_000003", "2008_000007"]
IN_FILE = np.full((3, 20), -1)
IN_FILE[0, [19, 0]], IN_FILE[1, [14, 18]], IN_FILE[2, 3] = (1, 0), (0, 1), 1


def write_lists(root, split="trainval", ids=IDS, in_file=IN_FILE, end="\n"):
    """The published format: labels are right-aligned in two columns."""
    folder = root / "ImageSets" / "Main"
    folder.mkdir(parents=True, exist_ok=True)
    for name, labels in zip(CLASSES, in_file.T, strict=True):
        lines = [f"{image} {label:2d}{end}" for image, label in zip(ids, labels, strict=True)]
        (folder / f"{name}_{split}.txt").write_bytes("".join(lines).encode())


def write_voc(root, dataset):
    """Everything that a config's dataset reads."""
    write_lists(root, dataset.split)
    (root / "JPEGImages").mkdir(exist_ok=True)
    for image in IDS:
        Image.new("RGB", (20, 16)).save(root / "JPEGImages" / f"{image}.jpg")
    if "image_list" in dataset:
        (root / dataset.image_list).parent.mkdir()
        (root / dataset.image_list).write_text(f"{IDS[2]}\n{IDS[0]}\n")


def load(root, **kwargs):
    return VOCMultiLabel(str(root), check_images=False, **kwargs)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("difficult, state", [("negative", 0), ("positive", 1), ("unknown", -1)])
def test_reads_the_published_format(tmp_path, difficult, state, end):
    write_lists(tmp_path, end=end)
    dataset = load(tmp_path, difficult=difficult)
    expected = [[{1: 1, -1: 0, 0: state}[label] for label in row] for row in IN_FILE.tolist()]
    assert dataset.annotations.labels.dense().tolist() == expected
    assert dataset.metainfo["classes"] == CLASSES
    info = dataset.get_data_info(1)
    assert info["img_id"] == IDS[1]
    assert info["img_path"] == str(tmp_path / "JPEGImages" / f"{IDS[1]}.jpg")
    assert ("gt_score" in info) == (difficult == "unknown")


def test_difficult_is_negative_unless_said(tmp_path):
    write_lists(tmp_path)
    dataset = load(tmp_path)
    assert [dataset.get_data_info(i)["gt_label"] for i in range(3)] == [[19], [18], [3]]


def test_classes_and_split(tmp_path):
    write_lists(tmp_path, split="val")
    dataset = load(tmp_path, split="val", metainfo=dict(classes=["train", "boat"]))
    assert [dataset.get_data_info(i)["gt_label"] for i in range(3)] == [[], [0], [1]]
    with pytest.raises(ValueError, match="no class 'Boat' among the 20 classes; .* is 'boat'"):
        load(tmp_path, split="val", metainfo=dict(classes=["Boat"]))


def test_image_list(tmp_path):
    write_lists(tmp_path)
    (tmp_path / "longtail2012").mkdir()
    path = tmp_path / "longtail2012" / "img_id.txt"
    path.write_text("2008_000007\n2008_000002.jpg\n")
    dataset = load(tmp_path, image_list="longtail2012/img_id.txt")
    assert [dataset.get_data_info(i)["img_id"] for i in range(2)] == [IDS[0], IDS[2]]
    assert [dataset.get_data_info(i)["gt_label"] for i in range(2)] == [[19], [3]]
    path.write_text("2007_000001\n")
    with pytest.raises(ValueError, match=r"img_id.txt lists '2007_000001', .*\*_trainval.txt"):
        load(tmp_path, image_list="longtail2012/img_id.txt")


@pytest.mark.parametrize("ids, size", [(IDS, 11540), (["000005", "000007", "000009"], 5011)])
def test_sizes_are_compared(tmp_path, said, ids, size):
    write_lists(tmp_path, ids=ids)
    load(tmp_path)
    assert len(said) == 1 and f"3 images, but the published file has {size}" in said[0]
    said.clear()
    many = [f"{ids[0][:-5]}{number:05d}" for number in range(size)]
    write_lists(tmp_path, ids=many, in_file=np.ones((size, 20), dtype=int))
    load(tmp_path)
    assert said == []


def test_wrong_options():
    with pytest.raises(ValueError, match="split='all': choose one of 'train', 'val', 'trainval'"):
        VOCMultiLabel("x", split="all")
    with pytest.raises(ValueError, match="difficult='ignore': choose 'negative', 'positive' or"):
        VOCMultiLabel("x", difficult="ignore")


def test_missing_files(tmp_path):
    with pytest.raises(FileNotFoundError, match="aeroplane_trainval.txt: unpack VOCdevkit"):
        load(tmp_path)
    with pytest.raises(FileNotFoundError, match="aeroplane_test.txt: .* VOC2012 has none"):
        load(tmp_path, split="test")
    write_lists(tmp_path)
    with pytest.raises(FileNotFoundError, match="there is no image folder .*JPEGImages"):
        VOCMultiLabel(str(tmp_path))
    (tmp_path / "JPEGImages").mkdir()
    Image.new("RGB", (4, 4)).save(tmp_path / "JPEGImages" / f"{IDS[0]}.jpg")
    with pytest.raises(FileNotFoundError, match="2 of 3 images are not below .*2008_000003.jpg"):
        VOCMultiLabel(str(tmp_path))


@pytest.mark.parametrize(
    "text, message",
    [
        ("2008_000002 -1\n2008_000003 -1\n", "cat_trainval.txt lists other images than .*aerop"),
        ("2008_000002 -1\n2008_000003 -1\n2008_000008 -1\n", "lists other images than"),
        ("2008_000002\n2008_000003\n2008_000007\n", "cat_trainval.txt, line 1: '2008_000002'"),
        (
            "2008_000002 -1\n2008_000003 2\n2008_000007 1\n",
            "has 2 for the image 2008_000003 in place of",
        ),
        ("2008_000002 -1\n2008_000003  1\n2008_00000", "cat_trainval.txt, line 3: '2008_00000'"),
    ],
)
def test_damaged_lists(tmp_path, text, message):
    write_lists(tmp_path)
    (tmp_path / "ImageSets" / "Main" / "cat_trainval.txt").write_text(text)
    with pytest.raises(ValueError, match=message):
        load(tmp_path)


def test_an_image_is_listed_twice(tmp_path):
    write_lists(tmp_path, ids=[IDS[0], IDS[1], IDS[0]])
    with pytest.raises(ValueError, match="the image '2008_000002' is listed twice"):
        load(tmp_path)

"""COCO's file format on a miniature, and each way a file can be wrong."""

import json

import pytest

from mmpartial.datasets import COCOMultiLabel
from mmpartial.datasets.coco import CLASSES

# COCO's category ids leave gaps: 80 classes have ids from 1 to 90.
GAPS = {12, 26, 29, 30, 45, 66, 68, 69, 71, 83}
IDS = [i for i in range(1, 91) if i not in GAPS]


def content():
    """A miniature in the exact published format, out of order as the original is."""
    return dict(
        info=dict(description="COCO 2014 Dataset", version="1.0", year=2014),
        licenses=[dict(url="http://creativecommons.org", id=1, name="Attribution")],
        images=[
            dict(license=1, file_name=f"COCO_train2014_{i:012d}.jpg", height=2, width=2, id=i,
                 coco_url="", flickr_url="", date_captured="2013-11-14 16:28:13")
            for i in (57870, 9, 25)
        ],
        annotations=[
            dict(segmentation=[[1.0, 2.0, 3.0]], area=5.5, iscrowd=0, image_id=9, bbox=[1, 2, 3, 4],
                 category_id=90, id=1),
            dict(segmentation=dict(counts=[1, 2], size=[2, 2]), area=5, iscrowd=1, image_id=9,
                 bbox=[1, 2, 3, 4], category_id=1, id=2),
            dict(segmentation=[], area=1, iscrowd=0, image_id=9, bbox=[0, 0, 1, 1], category_id=1,
                 id=3),
            dict(segmentation=[], area=1, iscrowd=0, image_id=57870, bbox=[0, 0, 1, 1],
                 category_id=13, id=4),
        ],
        categories=[
            dict(supercategory="any", id=i, name=name)
            for i, name in reversed(list(zip(IDS, CLASSES, strict=True)))
        ],
    )  # fmt: skip


def load(tmp_path, data, **kwargs):
    file = tmp_path / "instances_train2014.json"
    file.write_text(json.dumps(data))
    (tmp_path / "train2014").mkdir(exist_ok=True)
    return COCOMultiLabel(
        "instances_train2014.json", data_root=str(tmp_path), data_prefix="train2014", **kwargs
    )


def test_reads_the_published_format(tmp_path):
    dataset = load(tmp_path, content())
    infos = [dataset.get_data_info(i) for i in range(len(dataset))]
    assert [i["img_id"] for i in infos] == [57870, 9]  # image 25 has no annotation
    assert [i["gt_label"] for i in infos] == [[11], [0, 79]]
    assert infos[1]["img_path"] == str(tmp_path / "train2014" / "COCO_train2014_000000000009.jpg")
    assert dataset.metainfo["classes"][11] == "stop sign" and len(CLASSES) == 80


def test_shows_progress(tmp_path, capsys):
    data = content()
    data["annotations"] *= 30_000
    load(tmp_path, data)
    assert "completed: 100000" in capsys.readouterr().out


def test_other_categories(tmp_path):
    data = content()
    data["categories"] = [dict(id=5, name="cat"), dict(id=2, name="dog")]
    data["annotations"] = [dict(image_id=9, category_id=5)]
    dataset = load(tmp_path, data, metainfo=dict(classes=["dog", "cat"]))
    assert dataset.get_data_info(0)["gt_label"] == [1]


def test_image_list(tmp_path):
    (tmp_path / "lists").mkdir()
    file = tmp_path / "lists" / "few.txt"
    every = [load(tmp_path, content()).get_data_info(i) for i in range(2)]
    for text, expected in (
        ("9\n57870\n", every),  # in the order of the JSON
        ("COCO_train2014_000000000009.jpg\n\n 25 \n", every[1:]),
        ("", []),
    ):
        file.write_text(text)
        dataset = load(tmp_path, content(), image_list="lists/few.txt", lazy_init=True)
        assert dataset.load_data_list() == [
            {k: v for k, v in info.items() if k != "sample_idx"} for info in expected
        ]
    file.write_text("9\n10\n")
    with pytest.raises(ValueError, match="few.txt lists '10', which is no file name or id"):
        load(tmp_path, content(), image_list="lists/few.txt")
    file.write_text("9\n25\nCOCO_train2014_000000000009.jpg\n")
    with pytest.raises(ValueError, match=r"few.txt lists the image 'COCO_.*9.jpg' twice"):
        load(tmp_path, content(), image_list="lists/few.txt")
    with pytest.raises(FileNotFoundError, match=r"there is no .*none.txt: put the list"):
        load(tmp_path, content(), image_list="none.txt")


def wrong_category(data):
    data["annotations"].append(dict(image_id=9, category_id=12))


def wrong_image(data):
    data["annotations"].append(dict(image_id=10, category_id=1))


def other_names(data):
    data["categories"][-1]["name"] = "human"


@pytest.mark.parametrize(
    "damage, message",
    [
        (wrong_category, "annotation of image 9 with category_id 12, which its categories do not"),
        (wrong_image, "annotates image 10, which its images do not list"),
        (other_names, r"has 80 categories, the first \['human'.*metainfo=dict\(classes"),
        (lambda data: data["annotations"][0].pop("category_id"), "without image_id or category_id"),
        (lambda data: data.pop("annotations"), "has no annotations: take an instances_"),
        (lambda data: (data.pop("images"), data.pop("categories")), "no images and no categories"),
    ],
)
def test_wrong_contents(tmp_path, damage, message):
    data = content()
    damage(data)
    with pytest.raises(ValueError, match=message):
        load(tmp_path, data)


def test_missing_and_cut_off_files(tmp_path):
    with pytest.raises(FileNotFoundError, match="annotations_trainval2014.zip.*set data_root"):
        COCOMultiLabel("annotations/instances_train2014.json", data_root=str(tmp_path))
    load(tmp_path, content())
    file = tmp_path / "instances_train2014.json"
    text = file.read_text()
    file.write_text(text[: len(text) // 2])
    with pytest.raises(ValueError, match="is not complete JSON.*cut off"):
        COCOMultiLabel(str(file))
    file.write_text(text)
    with pytest.raises(FileNotFoundError, match="there is no image folder .*val2014: unpack"):
        COCOMultiLabel(str(file), data_prefix=str(tmp_path / "val2014"))
    file.write_bytes(b"\xff\xfe" + text.encode())
    with pytest.raises(ValueError, match="is not complete JSON"):
        COCOMultiLabel(str(file))

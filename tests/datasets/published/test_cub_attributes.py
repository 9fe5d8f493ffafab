"""CUB's attributes on a miniature, and each way the files can be wrong."""

import numpy as np
import pytest
from PIL import Image

from mmpartial.datasets import CUBAttributes

IMAGES = [f"00{n}.Bird/Bird_000{n}_{n}.jpg" for n in range(1, 6)]
IS_TRAIN = [0, 1, 0, 1, 1]
NAMES = ["has_bill_shape::curved_(up_or_down)", "has_bill_shape::dagger", "has_wing_color::blue"]
PRESENT = np.array([[1, 0, 0], [0, 1, 1], [0, 0, 0], [1, 0, 1], [0, 0, 1]])
CERTAINTY = np.array([[3, 4, 1], [1, 2, 4], [1, 1, 1], [4, 3, 1], [2, 1, 3]])
LABELS = "attributes/image_attribute_labels.txt"


def lines(present, certainty):
    """The published lines, of which one has another 0 and one more space."""
    return [
        f"{row + 1} {column + 1} {present[row, column]} {certainty[row, column]}"
        f"{' 0  1.509' if (row, column) == (1, 1) else ' 27.7080'}"
        for row in range(present.shape[0])
        for column in range(present.shape[1])
    ]


def write_attributes(root, names=NAMES, present=PRESENT, certainty=CERTAINTY, beside=True):
    (root / "attributes").mkdir(parents=True, exist_ok=True)
    (root / "images.txt").write_text("".join(f"{i} {n}\n" for i, n in enumerate(IMAGES, 1)))
    (root / "train_test_split.txt").write_text(
        "".join(f"{i} {is_train}\n" for i, is_train in enumerate(IS_TRAIN, 1))
    )
    folder = root.parent if beside else root / "attributes"
    (folder / "attributes.txt").write_text("".join(f"{i} {n}\n" for i, n in enumerate(names, 1)))
    (root / "attributes" / "certainties.txt").write_text(
        "1 not visible\n2 guessing\n3 probably\n4 definitely\n"
    )
    (root / LABELS).write_text("\n".join(lines(present, certainty)) + "\n")


def write_cub(root, dataset):
    """Everything that a config's dataset reads, with 312 attributes."""
    present = (np.arange(5 * 312).reshape(5, 312) % 7 == 0).astype(int)
    names = [f"has_part::{number}" for number in range(312)]
    write_attributes(root, names, present, present + 1, beside=False)
    for image in IMAGES:
        (root / "images" / image).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (20, 16)).save(root / "images" / image)


def load(root, **kwargs):
    return CUBAttributes(str(root), check_images=False, **kwargs)


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "CUB_200_2011"
    write_attributes(root)
    return root


@pytest.mark.parametrize("split, rows", [("train", [1, 3, 4]), ("test", [0, 2])])
@pytest.mark.parametrize("unknown", [(), (1,), [2, 1], (1, 2, 3, 4)])
def test_reads_the_published_format(root, split, rows, unknown):
    dataset = load(root, split=split, unknown_certainty=unknown)
    expected = [
        [-1 if CERTAINTY[r, c] in unknown else int(PRESENT[r, c]) for c in range(3)] for r in rows
    ]
    assert dataset.annotations.labels.dense().tolist() == expected
    assert dataset.metainfo["classes"] == tuple(NAMES)
    info = dataset.get_data_info(1)
    assert info["img_path"] == str(root / "images" / IMAGES[rows[1]])


def test_everything_is_known_unless_said(root):
    assert load(root).get_data_info(0)["gt_label"] == [1, 2]


@pytest.mark.parametrize("place", ["attributes/attributes.txt", "attributes.txt"])
def test_places_of_the_names(root, place):
    (root.parent / "attributes.txt").rename(root / place)
    assert load(root).metainfo["classes"] == tuple(NAMES)


def test_order_of_the_lines(root):
    every = lines(PRESENT, CERTAINTY)
    (root / LABELS).write_text("\r\n".join(np.random.default_rng(0).permutation(every)))
    assert load(root).annotations.labels.dense().tolist() == PRESENT[[1, 3, 4]].tolist()


def test_sizes_are_compared(root, said):
    load(root)
    assert len(said) == 1 and "images.txt has 5 images, but the published file has 11788" in said[0]


def test_wrong_options(root):
    with pytest.raises(ValueError, match="split='val': CUB-200-2011 has train and test"):
        load(root, split="val")
    with pytest.raises(ValueError, match=r"certainty=\(0,\): choose among 1 \(not visible\), 2 "):
        load(root, unknown_certainty=(0,))


@pytest.mark.parametrize("name", ["images.txt", "train_test_split.txt", LABELS])
def test_missing_files(root, name):
    (root / name).unlink()
    with pytest.raises(FileNotFoundError, match=f"there is no .*{name}: unpack CUB_200_2011.tgz"):
        load(root)


def test_missing_names_and_images(root):
    with pytest.raises(FileNotFoundError, match="there is no image folder .*images"):
        CUBAttributes(str(root))
    (root.parent / "attributes.txt").unlink()
    with pytest.raises(FileNotFoundError, match="attributes/attributes.txt: unpack CUB_200"):
        load(root)


LAST = lines(PRESENT, CERTAINTY)[-1]


@pytest.mark.parametrize(
    "replacement, message",
    [
        ([], "has 0 labels of attribute 3 in image 5 instead of one: the file is damaged or cut"),
        ([LAST, LAST], "has 2 labels of attribute 3 in image 5 instead of one"),
        (["5 3"], f"{LABELS}, line 15: '5 3' should be image, attribute, present, certainty"),
        (
            ["6 3 1 4 1.5"],
            f"{LABELS}, label 15, has the image 6, which the dataset does not",
        ),
        (["5 0 1 4 1.5"], f"{LABELS}, label 15, has the attribute 0, which the dataset"),
        (["5 3 2 4 1.5"], f"{LABELS}, label 15, has the present 2, which the dataset"),
        (["5 3 1 5 1.5"], f"{LABELS}, label 15, has the certainty 5, which the dataset"),
    ],
)
def test_damaged_labels(root, replacement, message):
    every = lines(PRESENT, CERTAINTY)
    (root / LABELS).write_text("\n".join([*every[:-1], *replacement]))
    with pytest.raises(ValueError, match=message):
        load(root)


@pytest.mark.parametrize(
    "name, text, message",
    [
        ("train_test_split.txt", "1 0\n2 1\n", "split.txt does not have 1 or 0 for each image of"),
        ("train_test_split.txt", "1 0\n2 1\n3 2\n4 1\n5 1\n", "does not have 1 or 0 for each"),
        ("images.txt", "1 a.jpg\n2\n", "images.txt, line 2: '2' should be image, name"),
        ("images.txt", "1 a.jpg\n1 b.jpg\n", "images.txt lists the image 1 twice"),
        ("../attributes.txt", "1 a\n1 b\n", "attributes.txt lists the attribute 1 twice"),
        ("../attributes.txt", "1 a\n2 a\n3 b\n", "the class 'a' is listed twice"),
        ("train_test_split.txt", "1 0\n2 0\n3 0\n4 0\n5 0\n", "CUBAttributes: there is no image"),
    ],
)
def test_damaged_lists(root, name, text, message):
    (root / name).write_text(text)
    with pytest.raises(ValueError, match=message):
        load(root)

"""Overlapping digits from miniatures of MNIST's files."""

import gzip
import struct

import numpy as np
import pytest
from mmpretrain.datasets import MNIST

from mmpartial.datasets import MultiMNIST, PartialLabelDataset
from mmpartial.datasets.published.long_tailed_cifar import class_sizes


def idx(array):
    """An array of bytes as an idx file: type 8 is unsigned byte, then sizes, big-endian."""
    return struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape) + array.tobytes()


def write(root, classes, part="train", zipped=True):
    rng = np.random.RandomState(len(classes))
    digits = rng.randint(0, 256, (len(classes), 28, 28)).astype(np.uint8)
    for name, array in (
        (f"{part}-images-idx3-ubyte", digits),
        (f"{part}-labels-idx1-ubyte", np.asarray(classes, dtype=np.uint8)),
    ):
        if zipped:
            (root / f"{name}.gz").write_bytes(gzip.compress(idx(array), mtime=0))
        else:
            (root / name).write_bytes(idx(array))
    return digits


def write_mnist(root, dataset):
    """Both splits where a config expects them."""
    root.mkdir(parents=True, exist_ok=True)
    write(root, [*range(10)] * 2, "train")
    write(root, range(10), "t10k")


def shifted(digit, row, col):
    canvas = np.zeros((36, 36), dtype=int)
    canvas[row : row + 28, col : col + 28] = digit
    return canvas


def explain(image, digits, below, others):
    """All ways to compose an image of the digit ``below`` and one of the others."""
    places = [(row, col) for row in range(9) for col in range(9)]
    under = {place: shifted(digits[below], *place) for place in places}
    for other in others:
        for place in places:
            over = shifted(digits[other], *place)
            for where, canvas in under.items():
                if (np.minimum(canvas + over, 255) == image).all():
                    yield other, place, where


def test_each_image_is_two_shifted_digits(tmp_path):
    classes = [3, 5, 3, 9]
    digits = write(tmp_path, classes)
    dataset = MultiMNIST(str(tmp_path), copies=2)
    assert len(dataset) == 8 and dataset.metainfo["classes"] == MNIST.METAINFO["classes"]
    for number in range(8):
        info = dataset.get_data_info(number)
        assert info["img"].shape == (36, 36, 1) and info["img"].dtype == np.uint8
        below = number // 2
        assert info["img_id"] == f"train-{below:05d}-{number % 2}"
        others = [i for i in range(4) if classes[i] != classes[below]]
        (way,) = explain(info["img"][..., 0], digits, below, others)
        assert info["gt_label"] == sorted({classes[below], classes[way[0]]})


def test_partners_and_shifts_are_even(tmp_path):
    """Of 4,000 draws each of 81 shifts, and each digit of the other classes, has its share."""
    classes = [0, 0, 0, 1, 2]
    write(tmp_path, classes)
    dataset = MultiMNIST(str(tmp_path), copies=800)
    samples = dataset.data_list
    places = samples.shifts.reshape(-1, 2) @ [9, 1]
    assert np.bincount(places, minlength=81).min() > 60 and len(np.unique(places)) == 81
    for digit, cls in enumerate(classes):
        partners = samples.pairs[samples.pairs[:, 0] == digit, 1]
        others = [i for i, other in enumerate(classes) if other != cls]
        counts = np.bincount(partners, minlength=5)
        assert counts[others].min() > 0.8 * 800 / len(others) and counts.sum() == 800
        assert counts[classes.index(cls)] == 0


def test_the_same_on_every_machine(tmp_path):
    write(tmp_path, [*range(10)] * 3)
    write(tmp_path, [*range(10)] * 3, zipped=False)  # is taken first, and the same
    dataset, again = MultiMNIST(str(tmp_path)), MultiMNIST(str(tmp_path))
    images = [dataset[i]["img"] for i in range(30)]
    assert all((image == again[i]["img"]).all() for i, image in enumerate(images))
    assert [dataset[i]["gt_label"] for i in range(4)] == [[0, 2], [1, 6], [2, 5], [3, 9]]
    assert [int(image.sum()) for image in images[:4]] == [164617, 171864, 173997, 175157]
    other = MultiMNIST(str(tmp_path), seed=1)
    assert any((image != other[i]["img"]).any() for i, image in enumerate(images))


def test_a_long_tail(tmp_path):
    classes = [*range(10)] * 20
    write(tmp_path, classes)
    write(tmp_path, classes, "t10k")
    dataset = MultiMNIST(str(tmp_path), imbalance_factor=10)
    below = [int(dataset[i]["img_id"].split("-")[1]) for i in range(len(dataset))]
    assert np.bincount([classes[i] for i in below]).tolist() == class_sizes(20, 10, 10)
    assert set(dataset.data_list.pairs.ravel()) <= set(below) and below == sorted(below)
    assert len(MultiMNIST(str(tmp_path), split="test", imbalance_factor=10)) == 200
    assert len(MultiMNIST(str(tmp_path))) == 200


def test_is_wrapped_without_composing(tmp_path, monkeypatch):
    write(tmp_path, range(10))
    inner = MultiMNIST(str(tmp_path), pipeline=[dict(type="PackInputs")])
    labels = [inner.get_data_info(i)["gt_label"] for i in range(10)]
    with monkeypatch.context() as context:
        context.setattr(type(inner.data_list), "__getitem__", None)
        dataset = PartialLabelDataset(inner, setting="FAL")
    assert [dataset.get_cat_ids(i) for i in range(10)] == labels == [
        inner.get_cat_ids(i) for i in range(10)
    ]  # fmt: skip
    assert dataset.ids[3] == "train-00003-0" and dataset[3]["inputs"].shape == (1, 36, 36)


def test_subsets(tmp_path):
    write(tmp_path, range(10))
    whole = MultiMNIST(str(tmp_path))
    names = [MNIST.METAINFO["classes"][i] for i in (7, 2)]
    some = MultiMNIST(str(tmp_path), metainfo=dict(classes=names), indices=4)
    assert len(some) == 4
    for i in range(4):
        expected = [n for n, cls in enumerate((7, 2)) if cls in whole[i]["gt_label"]]
        assert some[i]["gt_label"] == expected


@pytest.mark.parametrize(
    "options, message",
    [
        (dict(split="val"), "split='val': choose 'train' or 'test'"),
        (dict(copies=0), "copies=0 and imbalance_factor=1: both must be at least 1"),
        (dict(imbalance_factor=0.5), "copies=1 and imbalance_factor=0.5: both must be"),
    ],
)
def test_wrong_options(tmp_path, options, message):
    write(tmp_path, range(10))
    with pytest.raises(ValueError, match=message):
        MultiMNIST(str(tmp_path), **options)


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("kept", [0, 3, 10, -5])
def test_cut_off_files(tmp_path, zipped, kept):
    write(tmp_path, range(10), zipped=zipped)
    file = tmp_path / ("train-images-idx3-ubyte" + ".gz" * zipped)
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(ValueError, match="train-images-idx3-ubyte.* is damaged or not an idx file"):
        MultiMNIST(str(tmp_path))


def test_wrong_files(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no .*t10k-images-idx3-ubyte.gz, nor .*download"):
        MultiMNIST(str(tmp_path), split="test")
    write(tmp_path, range(10))
    labels = tmp_path / "train-labels-idx1-ubyte"
    for wrong, message in (
        (np.arange(9), "has 9 labels up to 8, but there are 10 images"),
        (np.arange(1, 11), "has 10 labels up to 10, but there are 10 images of 10 classes"),
        (np.zeros((10, 28, 28)), r"has uint8 values of shape \(10, 28, 28\): download MNIST again"),
        (np.zeros(10), "needs digits of two classes"),
    ):
        labels.write_bytes(idx(wrong.astype(np.uint8)))
        with pytest.raises(ValueError, match=message):
            MultiMNIST(str(tmp_path))
    labels.write_bytes(b"<html>not found</html>")
    with pytest.raises(ValueError, match="is damaged or not an idx file"):
        MultiMNIST(str(tmp_path))

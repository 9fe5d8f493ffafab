"""Published lists and arrays of known labels, on miniatures in their own format."""

import re

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mmpartial.datasets.hiding.published_masks import read_published_mask
from mmpartial.labels.matrix import LabelMatrix
from tests.damage import damaged, read_or_told

FILES = [f"COCO_train2014_{i:012d}.jpg" for i in (480023, 50518, 142589)]
FULL = np.array([[1, 0, 1, 0], [1, 1, 0, 1], [0, 1, 0, 0]], dtype=np.int8)
# Other order of images, and a space before some numbers, as in the authors' files.
TEXT = f"{FILES[2]},1\n{FILES[0]}, 0 2\n{FILES[1]},3\n"
LISTED = [[1, -1, 1, -1], [-1, -1, -1, 1], [-1, 1, -1, -1]]


def read(path, full=FULL, files=FILES):
    return read_published_mask(str(path), files, LabelMatrix.from_dense(np.asarray(full)))


def write_list(tmp_path, text=TEXT):
    path = tmp_path / "coco_train_0.4left.txt"
    path.write_text(text)
    return path


def write_arrays(
    tmp_path, name="formatted_train_uniform_labels_obs.npy", observed=None, images=None
):
    """As the authors' scripts do: floats, and paths below the image folder, sorted as text."""
    order = [1, 0, 2]
    if observed is None:
        observed = np.array([[0, 0, 0, 1], [1, -1, 0, 0], [-1, 1, 0, 0]], dtype=np.float64)
    if images is None:
        images = [f"train2014/{FILES[i]}" for i in order]
    np.save(tmp_path / name, observed)
    np.save(tmp_path / "formatted_train_images.npy", np.array(images))
    return tmp_path / name


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        TEXT.replace("\n", "\r\n"),
        TEXT.rstrip() + "\n\n",
        TEXT.replace("COCO", "train2014/COCO").replace("0 2", "2  0 "),
    ],
)
def test_list(tmp_path, text):
    assert read(write_list(tmp_path, text)).dense().tolist() == LISTED


@pytest.mark.parametrize(
    "name", ["formatted_train_labels_obs.npy", "formatted_train_uniform_labels_obs.npy"]
)
def test_arrays(tmp_path, name):
    known = read(write_arrays(tmp_path, name)).dense().tolist()
    assert known == [[1, 0, -1, -1], [-1, -1, -1, 1], [0, 1, -1, -1]]


def test_what_is_unknown_may_stay_so(tmp_path):
    full = FULL.copy()
    full[1, 0], full[2, 3] = -1, -1
    assert read(write_list(tmp_path), full).dense().tolist() == LISTED


@pytest.mark.parametrize(
    "change, message",
    [
        (lambda t: t[:-3], r"line 3: 'COCO_train2014_000000050518.jpg' is not a file name"),
        (lambda t: t[:-2], r"line 3: 'COCO_train2014_000000050518.jpg,' is not a file name"),
        (lambda t: t.replace("0 2", "0;2"), r"line 2: .*'COCO_train2014_000000480023.jpg, 0;2'"),
        (lambda t: t.replace(",3", ",-3"), "line 3: "),
        (lambda t: t.replace(",3", ",99999999999999999999"), "line 3: .*is not a file name"),
        (lambda t: t.replace(",3", ",4"), "has the class 4 for .*50518.jpg, but the dataset has"),
        (lambda t: t.replace(",3", ",2"), r"made from other annotations, or for classes in another "
         r"order: 1 of its 4 labels are not in the dataset, the first is class 2 of .*50518.jpg, "
         "positive in the file"),
        (lambda t: t + TEXT.splitlines()[0], "lists the file name '.*142589.jpg' twice"),
        (lambda t: t[: t.index("\n") + 1],
         r"lacks 2 images, which the dataset has, the first '.*480023.jpg': take the file of"),
        (lambda t: t + "new.jpg,0\nold.jpg,0\n", "has 2 images, which the dataset lacks.*'new"),
        (lambda t: "", "lacks 3 images"),
    ],
)  # fmt: skip
def test_wrong_lists(tmp_path, change, message):
    path = write_list(tmp_path, change(TEXT))
    with pytest.raises(ValueError, match=f"{re.escape(str(path))}.*{message}"):
        read(path)


def test_list_in_another_encoding(tmp_path):
    path = write_list(tmp_path)
    path.write_bytes(TEXT.encode("utf-16"))
    with pytest.raises(ValueError, match="0.4left.txt is not UTF-8 text"):
        read(path)


def test_an_unknown_label_cannot_become_known(tmp_path):
    full = FULL.copy()
    full[0, 2] = -1
    with pytest.raises(ValueError, match="1 of its 4 labels .* class 2 of .*480023.jpg"):
        read(write_list(tmp_path), full)


def test_a_negative_that_is_positive(tmp_path):
    observed = np.zeros((3, 4))
    observed[0, 0] = -1
    with pytest.raises(ValueError, match="class 0 of .*50518.jpg, negative in the file"):
        read(write_arrays(tmp_path, observed=observed))


def test_the_dataset_has_two_files_of_one_name(tmp_path):
    with pytest.raises(ValueError, match="the dataset has the file name '1.jpg' twice"):
        read(write_list(tmp_path), files=["1.jpg", "2.jpg", "1.jpg"])


@pytest.mark.parametrize(
    "written, message",
    [
        (
            dict(name="train_obs.npy"),
            "another name than its authors' formatted_train_labels_obs",
        ),
        (
            dict(observed=np.zeros((2, 4))),
            r"shape \(2, 4\), but formatted_train_images.npy has 3",
        ),
        (dict(observed=np.full((3, 4), 0.5)), "other values than 1, -1"),
        (dict(observed=np.ones((3, 5))), "has the class 4 for .*50518.jpg"),
        (
            dict(images=[f"train2014/{FILES[i]}" for i in (1, 1, 2)]),
            "lists the file name '.*50518.jpg' twice",
        ),
    ],
)
def test_wrong_arrays(tmp_path, written, message):
    path = write_arrays(tmp_path, **written)
    with pytest.raises(ValueError, match=f"{re.escape(str(path))}.*{message}"):
        read(path)


@pytest.mark.parametrize(
    "name, array, message",
    [
        ("labels_obs", np.array([[object()]]), "labels_obs.npy: it holds objects of Python"),
        ("labels_obs", np.zeros((3, 4), dtype=bool), "labels_obs.npy has other values than 1, -1"),
        ("labels_obs", np.full((3, 4), np.nan), "labels_obs.npy has other values than 1, -1"),
        ("labels_obs", np.full((3, 4), "1"), "labels_obs.npy has other values than 1, -1"),
        ("labels_obs", np.array(1), r"labels_obs.npy has shape \(\), but"),
        (
            "images",
            np.array([[file] for file in FILES]),
            r"images.npy has <U\d+ of shape \(3, 1",
        ),
        ("images", np.arange(3), r"images.npy has int64 of shape \(3,\) in place of a list"),
        ("images", np.array("x"), r"images.npy has <U1 of shape \(\) in place of a list"),
        ("images", np.array([None]), "images.npy: it holds objects of Python"),
    ],
)
def test_arrays_of_other_types(tmp_path, name, array, message):
    path = write_arrays(tmp_path, "formatted_train_labels_obs.npy")
    np.save(tmp_path / f"formatted_train_{name}.npy", array)
    with pytest.raises(ValueError, match=message):
        read(path)


def test_several_arrays_in_one_file(tmp_path):
    path = write_arrays(tmp_path)
    with open(path, "wb") as file:
        np.savez(file, a=np.zeros((3, 4)))
    with pytest.raises(ValueError, match="labels_obs.npy: the magic string is not correct"):
        read(path)


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_damaged_files(tmp_path, data):
    """A damaged file hides the same labels, or is refused by name; no label is made up."""
    path = data.draw(st.sampled_from([write_list(tmp_path), write_arrays(tmp_path)]))
    path.write_bytes(data.draw(damaged(path.read_bytes())))
    known = read_or_told(lambda: read(path), path)
    if known is not None:
        dense = known.dense()
        assert ((dense == FULL) | (dense == -1)).all()


def test_a_byte_order_mark(tmp_path):
    path = write_list(tmp_path, "\ufeff" + TEXT)
    assert read(path).dense().tolist() == LISTED


def test_a_folder(tmp_path):
    (tmp_path / "masks.txt").mkdir()
    with pytest.raises(ValueError, match="masks.txt is a folder"):
        read(tmp_path / "masks.txt")


def test_missing_and_cut_off_arrays(tmp_path):
    path = write_arrays(tmp_path)
    path.write_bytes(path.read_bytes()[:150])
    with pytest.raises(ValueError, match=r"labels_obs.npy: it declares an array of the shape"):
        read(path)
    write_arrays(tmp_path)
    (tmp_path / "formatted_train_images.npy").unlink()
    with pytest.raises(FileNotFoundError, match="there is no .*formatted_train_images.npy, which"):
        read(path)

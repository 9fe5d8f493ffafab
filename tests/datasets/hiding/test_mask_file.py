"""Mask files that are damaged or hold other arrays."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mmpartial.datasets.hiding.mask_file import load_mask, save_mask
from mmpartial.labels.annotations import Annotations
from mmpartial.labels.matrix import LabelMatrix
from tests.damage import damaged, read_or_told

IMAGES, CLASSES = ["a.jpg", "b.jpg", "c.jpg"], ["cat", "dog", "bird"]
FULL = np.array([[1, 0, 1], [0, 0, 1], [1, 1, 0]], dtype=np.int8)
KNOWN = np.array([[1, -1, -1], [-1, 0, 1], [-1, -1, -1]], dtype=np.int8)
OURS = Annotations(IMAGES, CLASSES, LabelMatrix.from_dense(FULL))


def write(folder):
    file = folder / "mask.npz"
    file.unlink(missing_ok=True)
    save_mask(str(file), Annotations(IMAGES, CLASSES, LabelMatrix.from_dense(KNOWN)))
    return file


def test_a_whole_file(tmp_path):
    assert load_mask(str(write(tmp_path)), OURS).dense().tolist() == KNOWN.tolist()


@pytest.mark.parametrize(
    "name, change, message",
    [
        ("codes", lambda a: None, "codes"),
        ("codes", lambda a: np.array([2, 3, 7], a.dtype), "a class that it does not list"),
        ("codes", lambda a: a.astype(float), "not of whole numbers"),
        ("codes", lambda a: a[None], "not of whole numbers"),
        ("codes", lambda a: a[:-1], "do not fit each other"),
        ("codes", lambda a: a[::-1], "images or classes are out of order"),
        ("indptr", lambda a: a[:-1], "do not fit each other"),
        ("indptr", lambda a: a[[0, 2, 1, 3]], "a class that it does not list"),
        ("indptr", lambda a: a.astype(np.uint64), "not of whole numbers"),
        ("images", lambda a: a[::-1], "images or classes are out of order"),
        ("images", lambda a: a[[0, 0, 1]], "images or classes are out of order"),
        ("unlisted", lambda a: np.array(2), "do not fit each other"),
        ("unlisted", lambda a: np.array("x"), "invalid literal"),
        ("classes", lambda a: a.astype(object), "objects of Python"),
    ],
)
def test_other_arrays(tmp_path, name, change, message):
    file = write(tmp_path)
    arrays = dict(np.load(file))
    arrays[name] = change(arrays[name])
    np.savez(file, **{name: array for name, array in arrays.items() if array is not None})
    with pytest.raises(ValueError, match=f"mask.npz is not a mask file that save_mask.*{message}"):
        load_mask(str(file), OURS)


@settings(max_examples=100, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_damaged_files(tmp_path, data):
    """A damaged file says the same, or is refused by name."""
    file = write(tmp_path)
    file.write_bytes(data.draw(damaged(file.read_bytes())))
    known = read_or_told(lambda: load_mask(str(file), OURS), file)
    assert known is None or known.dense().tolist() == KNOWN.tolist()

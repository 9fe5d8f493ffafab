"""NumPy's files: no objects, and no more memory than they hold."""

import numpy as np
import pytest

from mmpartial.utils.arrays import read_array, read_arrays


def with_header(file, shape):
    np.save(file, np.arange(3))
    content = file.read_bytes()
    file.write_bytes(content.replace(b"(3,), }", shape.encode() + b", }").ljust(len(content)))


def test_arrays_are_read(tmp_path):
    np.savez_compressed(tmp_path / "a.npz", x=np.arange(3), y=np.array("z"))
    found = read_arrays(tmp_path / "a.npz")
    assert found["x"].tolist() == [0, 1, 2] and found["y"] == "z"
    np.save(tmp_path / "b.npy", np.ones((2, 3), order="F"))
    assert read_array(tmp_path / "b.npy", "r").tolist() == [[1.0] * 3] * 2


def test_arrays_that_unpack_to_far_more(tmp_path):
    file = tmp_path / "a.npz"
    np.savez_compressed(file, x=np.zeros(2**24, dtype=np.int64))
    with pytest.raises(ValueError, match=r"a.npz: its arrays would take 128 MiB"):
        read_arrays(file)
    assert len(read_arrays(file, expected=2**28)["x"]) == 2**24


@pytest.mark.parametrize("shape", ["(9**99,)", "(-3,)", "(4,)", f"({10**12},)"])
@pytest.mark.parametrize("mode", [None, "r+"])
def test_headers_that_declare_other_sizes(tmp_path, shape, mode):
    file = tmp_path / "a.npy"
    with_header(file, shape)
    size = file.stat().st_size
    with pytest.raises(ValueError, match="a.npy"):
        read_array(file, mode)
    assert file.stat().st_size == size  # a mapped file would grow


def test_objects_are_refused(tmp_path):
    np.save(tmp_path / "a.npy", np.array([print]))
    np.savez(tmp_path / "a.npz", x=np.array([print]))
    with pytest.raises(ValueError, match="a.npy: it holds objects of Python"):
        read_array(tmp_path / "a.npy")
    with pytest.raises(ValueError, match="a.npz: it holds objects of Python"):
        read_arrays(tmp_path / "a.npz")

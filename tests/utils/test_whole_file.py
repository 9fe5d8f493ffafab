"""Files that are whole or not there, and disks that are full."""

import os
import resource
import signal

import numpy as np
import pytest
import torch

from mmpartial.datasets.feature_files import new_features
from mmpartial.datasets.feature_sources import check_unchanged
from mmpartial.datasets.hiding.mask_file import save_mask
from mmpartial.engine.whole_file_backend import WholeFileBackend
from mmpartial.formats.common.output_paths import check_target, write_text
from mmpartial.labels.annotations import Annotations
from mmpartial.labels.matrix import LabelMatrix
from mmpartial.memory.label_table import LabelTable
from mmpartial.memory.table_copies import read_copy, write_copy
from mmpartial.utils.whole_file import reserve, whole_file


@pytest.fixture
def small_disk():
    """No file above 100 KiB can be written, which a full disk looks like."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100 * 1024, limits[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    signal.signal(signal.SIGXFSZ, handler)


def big_table(folder):
    return LabelTable(1000, 1000, "owner", path=str(folder / "table"), work_dir=str(folder))


def test_a_table_that_does_not_fit(tmp_path, small_disk):
    with pytest.raises(OSError, match=r"table.0 cannot be written: it takes 1.9 MiB, and .* free"):
        big_table(tmp_path)
    assert not (tmp_path / "table.0").exists()
    with pytest.raises(OSError, match="table.0 cannot be written"):  # and the same again
        big_table(tmp_path)


def test_a_table_has_its_space_from_the_start(tmp_path):
    big_table(tmp_path)
    status = (tmp_path / "table.0").stat()
    assert status.st_size == 2_000_000 <= status.st_blocks * 512


def test_a_table_with_holes_is_filled(tmp_path):
    (tmp_path / "file").touch()
    os.truncate(tmp_path / "file", 2_000_000)
    reserve(tmp_path / "file", 2_000_000)
    assert (tmp_path / "file").stat().st_blocks * 512 >= 2_000_000


def test_a_copy_that_does_not_fit_leaves_the_old_one(tmp_path, small_disk):
    small = write_copy(torch.zeros(10), "a", tmp_path)
    with pytest.raises(OSError, match=r"pseudo_labels_b.pt cannot be written: it takes 0.4 MiB"):
        write_copy(torch.zeros(100_000), "b", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [small]


def test_a_checkpoint_that_does_not_fit_leaves_the_old_one(tmp_path, small_disk):
    file = tmp_path / "epoch_1.pth"
    WholeFileBackend().put(b"old", file)
    with pytest.raises(OSError, match=r"epoch_1.pth cannot be written: it takes 1.0 MiB"):
        WholeFileBackend().put(bytes(2**20), file)
    assert file.read_bytes() == b"old" and list(tmp_path.iterdir()) == [file]


def test_a_mask_that_does_not_fit_leaves_nothing(tmp_path, small_disk):
    names = [f"{number}.jpg" for number in range(20_000)]  # with hashes of 8 bytes
    labels = LabelMatrix.from_dense(np.ones((len(names), 1)))
    for file in ("a.npz", "a.npz"):  # and the same again
        with pytest.raises(OSError, match="a.npz cannot be written: .* are free there"):
            save_mask(str(tmp_path / file), Annotations(names, ["cat"], labels))
    refused = pytest.raises(OSError, match="b.npy cannot be written: .* are free there")
    with refused, whole_file(tmp_path / "b.npy") as partial, open(partial, "wb") as file:
        np.save(file, np.zeros(100_000))
    assert not [*tmp_path.iterdir()]


def test_a_text_that_does_not_fit_leaves_the_old_one(tmp_path, small_disk):
    file = tmp_path / "a.csv"
    write_text(file, "old")
    with pytest.raises(OSError, match="File too large: '.*a.csv'"):
        write_text(file, "x" * 2**20)
    assert file.read_text() == "old" and list(tmp_path.iterdir()) == [file]


def test_features_that_do_not_fit_leave_nothing(tmp_path, small_disk):
    with pytest.raises(OSError, match=r"a.npy cannot be written: it takes 0.4 MiB"):
        new_features(str(tmp_path / "a.npy"), np.float32, (1000, 1, 100))
    assert not [*tmp_path.iterdir()]


def test_a_damaged_list_of_the_files_of_features(tmp_path):
    (tmp_path / "train.files.npy").write_bytes(b"")
    with pytest.raises(ValueError, match=r"train.files.npy is damaged .*: remove .*train\.\*"):
        check_unchanged(tmp_path / "train", np.arange(1), ["a.jpg"])


def test_a_file_that_is_being_written_is_not_there(tmp_path):
    file = tmp_path / "a"
    with whole_file(file) as partial:
        partial.write_text("half")
        assert not file.exists()
    assert file.read_text() == "half" and list(tmp_path.iterdir()) == [file]


def copies_of(folder):
    return sorted(path.name for path in folder.glob("pseudo_labels_*"))


def copy(number, ending=".pt"):
    return f"pseudo_labels_{number:032x}{ending}"


def write_number(number, folder):
    return write_copy(torch.zeros(3), f"{number:032x}", folder)


def test_copies_of_a_killed_run_go_with_its_checkpoints(tmp_path):
    for number in (1, 2):
        state = dict(pseudo_labels=dict(file=write_number(number, tmp_path)))
        torch.save(state, tmp_path / f"epoch_{number}.pth")
    (tmp_path / "pseudo_labels_of_somebody.pt").write_text("mine")
    write_number(3, tmp_path)  # killed before it wrote the checkpoint,
    (tmp_path / copy(4, ".pt.partial")).touch()  # or in the middle of a copy
    write_number(5, tmp_path)
    assert copies_of(tmp_path) == [copy(1), copy(2), copy(5), "pseudo_labels_of_somebody.pt"]
    (tmp_path / "epoch_1.pth").unlink()
    write_number(5, tmp_path)
    left = [copy(2), copy(5), "pseudo_labels_of_somebody.pt"]
    assert copies_of(tmp_path) == left
    (tmp_path / "epoch_2.pth").write_bytes(b"cut off")  # may refer to anything
    write_number(6, tmp_path)
    assert copies_of(tmp_path) == sorted([*left, copy(6)])


@pytest.mark.parametrize("name", ["../a.pt", "/etc/passwd", "a/b.pt"])
def test_a_copy_elsewhere_is_not_read(tmp_path, name):
    with pytest.raises(ValueError, match="names the file .* which is not beside it"):
        read_copy(tmp_path, name)


def test_a_folder_that_is_read_only(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write everywhere
    refused = pytest.raises(PermissionError, match="x cannot be written: its folder is read-only")
    with refused, whole_file(tmp_path / "x"):
        raise RuntimeError("open file failed")
    with pytest.raises(PermissionError, match="is read-only: give a path in another folder"):
        check_target(tmp_path / "x")

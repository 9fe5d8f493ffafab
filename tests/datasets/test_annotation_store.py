"""Annotations in a folder come back as they were, or not at all."""

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mmpartial.datasets import annotation_store
from mmpartial.datasets.annotation_store import StoredAnnotations, save
from mmpartial.labels.annotations import Annotations
from mmpartial.labels.identity import label_hash
from mmpartial.labels.matrix import LabelMatrix
from mmpartial.utils.checksum import checksum

LABELS = np.array([[1, -1, 0], [-1, -1, 1], [0, 1, -1], [-1, -1, -1]], dtype=np.int8)


@pytest.fixture
def stored(tmp_path):
    names = [f"{number}.jpg" for number in range(len(LABELS))]
    save(Annotations(names, ["cat", "dog", "é"], LabelMatrix.from_dense(LABELS)), tmp_path / "kept")
    return tmp_path / "kept"


def test_it_comes_back(stored):
    found = StoredAnnotations(str(stored))
    assert found.labels.dense().tolist() == LABELS.tolist() and found.classes == ("cat", "dog", "é")
    assert list(found.images) == ["0.jpg", "1.jpg", "2.jpg", "3.jpg"]
    assert found.label_hash == label_hash(LabelMatrix.from_dense(LABELS), found.name_hashes)


def said(found):
    arrays = found.labels.dense(), found.labels.counts, found.name_hashes
    return found.label_hash, found.classes, list(found.images), *(a.tolist() for a in arrays)


@settings(max_examples=100, deadline=None)
@given(data=st.data(), bit=st.integers(0, 7))
def test_no_flipped_bit_passes_unless_it_changes_nothing(tmp_path_factory, data, bit):
    folder = tmp_path_factory.mktemp("store") / "kept"
    names = [f"{number}.jpg" for number in range(len(LABELS))]
    save(Annotations(names, ["cat", "dog", "é"], LabelMatrix.from_dense(LABELS)), str(folder))
    before = said(StoredAnnotations(str(folder)))
    path = data.draw(st.sampled_from(sorted(folder.iterdir())))
    content = bytearray(path.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= 1 << bit
    path.write_bytes(content)
    try:
        after = said(StoredAnnotations(str(folder)))
    except ValueError as error:
        assert f"remove the folder {folder}" in str(error)
    else:
        assert after == before
    shutil.rmtree(folder.parent)


@pytest.mark.parametrize("name", ["codes.npy", "indptr.npy", "name_hashes.npy", "images.arrow",
                                  "meta.json", "checksums.json"])  # fmt: skip
@pytest.mark.parametrize("damage", ["missing", "empty", "cut off", "of another cache", "a folder"])
def test_the_damaged_file_is_named(stored, tmp_path, name, damage):
    path = stored / name
    content = path.read_bytes()
    path.unlink()
    if damage == "empty":
        path.touch()
    elif damage == "cut off":
        path.write_bytes(content[:-1])
    elif damage == "a folder":
        path.mkdir()
    elif damage == "of another cache":
        other = Annotations(["9.jpg"], ["cat", "dog"], LabelMatrix.from_dense(LABELS[:1, :2]))
        save(other, str(tmp_path / "other"))
        shutil.copy(tmp_path / "other" / name, path)
    at_fault = "" if (name, damage) == ("checksums.json", "of another cache") else f"{name} is dama"
    with pytest.raises(ValueError, match=f"{at_fault}.*remove the folder {stored}, and it is made"):
        StoredAnnotations(str(stored))


@pytest.mark.parametrize("text", ["[]", "3", '"x"', "{}", "null"])
def test_checksums_of_another_type(stored, text):
    (stored / "checksums.json").write_text(text)
    with pytest.raises(ValueError, match="remove the folder"):
        StoredAnnotations(str(stored))


def test_all_is_on_the_disk_before_it_has_its_name(tmp_path, monkeypatch):
    """So that a power cut leaves all of it or nothing."""
    synced = []
    monkeypatch.setattr(annotation_store, "sync", lambda path: synced.append(path))
    rename = Path.rename

    def renamed(path, target):
        names = {"codes.npy", "indptr.npy", "name_hashes.npy", "images.arrow", "meta.json",
                 "checksums.json"}  # fmt: skip
        assert {path / name for name in names} == set(synced[:-1]) and synced[-1] == path
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", renamed)
    save(Annotations(["1.jpg"], ["cat"], LabelMatrix.from_dense(LABELS[:1, :1])), tmp_path / "kept")
    assert synced[-1] == tmp_path and json.loads((tmp_path / "kept" / "meta.json").read_text())


def test_nothing_is_written_over(stored):
    before = {name: os.stat(stored / name).st_mtime_ns for name in os.listdir(stored)}
    with pytest.raises(FileExistsError, match="kept exists"):
        save(StoredAnnotations(str(stored)), str(stored))
    assert before == {name: os.stat(stored / name).st_mtime_ns for name in os.listdir(stored)}


@pytest.mark.parametrize(
    "name, old, new",
    [
        ("images.arrow", b"1.jpg", b"\xff.jpg"),
        ("meta.json", b'"unlisted": 1', b'"unlisted": 9' + b"9" * 30),
    ],
)
def test_values_that_cannot_be_with_checksums_that_fit(tmp_path, name, old, new):
    folder = str(tmp_path / "store")
    save(Annotations(["1.jpg"], ["cat"], LabelMatrix.from_dense(np.array([[1]]))), folder)
    file = tmp_path / "store" / name
    assert old in file.read_bytes()
    file.write_bytes(file.read_bytes().replace(old, new))
    sums = json.loads((tmp_path / "store" / "checksums.json").read_text())
    sums[name] = checksum(file)
    (tmp_path / "store" / "checksums.json").write_text(json.dumps(sums))
    with pytest.raises(ValueError, match="store is damaged .*: remove the folder"):
        StoredAnnotations(folder)

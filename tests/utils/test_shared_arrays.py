"""Objects that travel to other processes without copies of their arrays."""

import copy
import pickle
from array import array
from multiprocessing.reduction import ForkingPickler

import numpy as np
import torch

from mmpartial.labels.annotations import Annotations
from mmpartial.labels.matrix import LabelMatrix
from mmpartial.utils.packed_texts import PackedTexts
from mmpartial.utils.shared_arrays import SharedArrays, share_arrays

N = 20_000


class Holder(SharedArrays):
    def __init__(self, **parts):
        vars(self).update(parts)


class Travelling(Holder):
    def __reduce__(self):
        return Travelling, ()


def sent(value):
    """What another process receives, and the number of bytes in the pickle."""
    content = bytes(ForkingPickler.dumps(value))
    return pickle.loads(content), len(content)


def test_arrays_are_shared():
    big = np.arange(2 * N, dtype=np.uint16).reshape(N, 2)
    first = Holder(a=big, b=array("q", range(N)), c=bytearray(4 * N), small=np.ones(2), n=3)
    there, size = sent(first)
    again, _ = sent(first)
    assert size < 10_000
    assert there.a.dtype == np.uint16 and np.array_equal(there.a, big) and there.n == 3
    assert there.b.tolist() == [*range(N)] and there.c.nbytes == 4 * N and there.small.sum() == 2
    for name in "abc":
        getattr(first, name)[5] = 7  # only to see that it is one memory
        assert np.array_equal(getattr(first, name), getattr(there, name))
        assert np.array_equal(getattr(first, name), getattr(again, name))
    assert "small" in vars(there) and there.small is not first.small


def test_other_pickles_are_copies():
    first = Holder(a=np.zeros(N))
    for other in (copy.deepcopy(first), pickle.loads(pickle.dumps(first))):
        first.a[0] = 1
        assert other.a[0] == 0 and len(pickle.dumps(other)) > 8 * N
        first.a[0] = 0


def test_without_room_a_copy_travels(monkeypatch):
    def full(tensor):
        raise RuntimeError("No space left on device")

    monkeypatch.setattr(torch.Tensor, "share_memory_", full)
    first = Holder(a=np.zeros(N))
    there, size = sent(first)
    first.a[0] = 1
    assert size > 8 * N and there.a.sum() == 0


def test_a_class_may_travel_its_own_way():
    assert vars(sent(Travelling(a=np.zeros(N)))[0]) == {}


class Other:
    """A class of another library, of which `Settled` says how it is pickled."""

    def __init__(self):
        self.a = np.zeros(N)


class Settled(Other):
    def __getstate__(self):
        return dict(a=self.a[:1])


def test_a_class_of_another_library():
    for kind in (Other, Settled):
        share_arrays(kind)
    assert sent(Other())[1] < 10_000 and len(pickle.dumps(Other())) > 8 * N
    assert len(sent(Settled())[0].a) == 1


def test_files_are_mapped_anew(tmp_path):
    np.save(tmp_path / "x.npy", np.arange(N).reshape(2, -1))
    whole = np.load(tmp_path / "x.npy", mmap_mode="r")
    there, size = sent(Holder(whole=whole, part=whole[1]))
    assert size < 10_000 and isinstance(there.whole, np.memmap)
    assert np.array_equal(there.whole, whole) and np.array_equal(there.part, whole[1])


def test_annotations():
    rng = np.random.default_rng(0)
    labels = LabelMatrix.from_dense(rng.integers(-1, 2, (N, 5)))
    names = PackedTexts(f"{i:08}.jpg" for i in range(N))
    found = Annotations(names, list("abcde"), labels)
    hashed = found.label_hash
    for _ in range(2):
        there, size = sent(found)
        assert size < 10_000
        assert np.array_equal(there.labels[:], labels[:]) and there.label_hash == hashed
        assert there.images == names and there.images[-1] == names[N - 1] == f"{N - 1:08}.jpg"
        del there.__dict__["label_hash"], there.__dict__["name_hashes"]
        assert there.label_hash == hashed

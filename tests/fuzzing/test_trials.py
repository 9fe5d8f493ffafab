"""A few damaged files of each kind; tools/benchmarks/fuzz.py tries many."""

import pytest

from .cases import CASES
from .trials import damaged_files, outcome, run


@pytest.mark.parametrize("name", list(CASES))
def test_damaged_files_are_read_or_refused(name, tmp_path):
    CASES[name].write(tmp_path)
    assert outcome(CASES[name], tmp_path) == "read"
    for seed in range(4):
        damaged_files(CASES[name], name, seed, tmp_path / "x")
        assert outcome(CASES[name], tmp_path / "x") in ("read", "told")


def test_faults_are_found(tmp_path, monkeypatch):
    """Whatever a reader does, the trials go on with the next seed."""

    def read(folder):
        text = (folder / "x.csv").read_bytes()
        if b"image" in text:
            raise KeyError("image")

    monkeypatch.setitem(CASES, "split file", CASES["split file"]._replace(read=read))
    faults = run("split file", range(3), tmp_path / "x")
    assert {fault.reason for fault in faults} == {"KeyError: 'image'"}

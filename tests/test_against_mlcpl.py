"""tools/benchmarks/against_mlcpl.py without mlcpl, which is no requirement of this project."""

import runpy
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "tools" / "benchmarks"


def test_it_says_how_to_install_mlcpl(monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)
    monkeypatch.setattr(sys, "argv", ["against_mlcpl.py"])
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(SystemExit, match=r"mlcpl is not installed: pip install .*mlcpl==0\.1\.7"):
        runpy.run_path(str(FOLDER / "against_mlcpl.py"), run_name="__main__")

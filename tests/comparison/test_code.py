"""A process tells the code and libraries that it has loaded, and whether they have changed."""

import importlib
import sys
from types import ModuleType

import pytest
import torch

import mmpartial.models
from mmpartial.comparison.code import code_now, file_hash, loaded_code


def test_modules_of_this_package_and_libraries():
    assert mmpartial.models
    found = loaded_code()
    for module in (
        "evaluation.exact_ranking",
        "datasets.published.digits",
        "schedules",
        "comparison.training",
    ):
        assert f"code of mmpartial.{module}" in found
    assert found["library torch"] == torch.__version__ and "library mmengine" in found
    for name in ("code of mmpartial.comparison.plots", "code of torch", "library json"):
        assert name not in found
    assert code_now(found) == found
    assert code_now(["library no_such", "code of no_such.module", "config key model"]) == {
        "library no_such": "gone", "code of no_such.module": "gone"
    }  # fmt: skip


@pytest.mark.parametrize("line", ["import tried_scale", "def f():\n    import tried_scale\nf()"])
def test_own_modules_however_they_are_imported(tmp_path, monkeypatch, line):
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "tried_scale.py").write_text("FACTOR = 1\n")
    (tmp_path / "tried_start.py").write_text(line)
    for name in ("tried_start", "tried_scale"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    file_hash.cache_clear()
    importlib.import_module("tried_start")
    monkeypatch.setitem(sys.modules, "made_up", ModuleType("made_up"))
    found = loaded_code()
    assert {"code of tried_start", "code of tried_scale"} <= set(found)
    assert "code of made_up" not in found
    (tmp_path / "tried_scale.py").write_text("FACTOR = 2\n")
    assert code_now(found) == found  # this process has the old one
    file_hash.cache_clear()
    now = code_now(found)
    assert {name for name in found if now[name] != found[name]} == {"code of tried_scale"}

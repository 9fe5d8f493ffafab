"""The code of a thing is its own file and those that it imports, however it does."""

import importlib
import sys
from types import ModuleType

import pytest

import mmpartial.datasets
import mmpartial.models
from mmpartial.utils import own_code as module
from mmpartial.utils.own_code import own_code


@pytest.fixture
def hashes(tmp_path, monkeypatch):
    """Write files, import ``start`` anew, and hash its code."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def write(files):
        for name, text in files.items():
            path = tmp_path / f"{name}.py"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        for name in [name for name in sys.modules if name.startswith(("tried_", "start"))]:
            monkeypatch.delitem(sys.modules, name)
        for cached in (module._hash, module._imports):
            cached.cache_clear()
        importlib.invalidate_caches()
        importlib.import_module("start")
        return own_code(["start"])[0]

    yield write
    module._hash.cache_clear(), module._imports.cache_clear()


@pytest.mark.parametrize(
    "line",
    [
        "from tried_scale import scale",
        "from tried_scale import FACTOR",
        "from tried_scale import *",
        "import tried_scale as other",
        "def late():\n    from tried_scale import FACTOR\n    return FACTOR",
        "from tried_between import scale",
    ],
)
def test_whatever_is_imported(hashes, line):
    files = dict(start=f"{line}\n", tried_between="from tried_scale import scale\n")
    scale = "FACTOR = {}\ndef scale(value):\n    return FACTOR * value\n"
    first = hashes(files | dict(tried_scale=scale.format(1)))
    assert {"start", "tried_scale"} <= set(first)
    second = hashes(files | dict(tried_scale=scale.format(2)))
    assert {name for name in first if first[name] != second[name]} == {"tried_scale"}


def test_of_a_package_what_is_taken(hashes):
    """Not its other modules, unless what is taken is the package's own."""
    package = {
        "tried_losses/__init__": "from .one import One\nfrom .two import Two\nBOTH = (One, Two)\n",
        "tried_losses/one": "class One:\n    pass\n",
        "tried_losses/two": "from . import one\nclass Two:\n    pass\n",
    }
    one, two, own = "tried_losses.one", "tried_losses.two", "tried_losses"
    found = hashes(package | dict(start="from tried_losses import One\n"))
    assert set(found) == {"start", one}
    assert set(hashes(dict(start="from tried_losses import Two\n"))) == {"start", one, two}
    assert set(hashes(dict(start="from tried_losses import BOTH\n"))) == {"start", own, one, two}
    assert set(hashes(dict(start="from tried_losses import two\n"))) == {"start", one, two}


def test_a_loss_and_a_dataset_of_this_package():
    assert mmpartial.datasets and mmpartial.models
    code, libraries = own_code(["mmpartial.models.losses.role_loss"])
    assert "mmpartial.models.losses.partial_loss" in code
    assert "mmpartial.models.losses.hill_loss" not in code
    assert {name.split(".")[0] for name in code} == {"mmpartial"}
    assert libraries["torch"] == sys.modules["torch"].__version__ and "json" not in libraries
    code, _ = own_code(["mmpartial.datasets.partial_label_dataset"])
    assert "mmpartial.datasets.settings.proportions" in code


def test_what_has_no_file(monkeypatch):
    monkeypatch.setitem(sys.modules, "made_up", ModuleType("made_up"))
    assert own_code(["made_up", "no.such.module", "__main__"]) == ({}, {})

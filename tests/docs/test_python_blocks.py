"""Every Python block is run, or is a config whose components take what it gives them."""

import inspect
import runpy
import shutil
from pathlib import Path

import mmengine.registry
import mmpretrain.registry
import pytest
from mmengine.config import Config
from mmengine.registry import Registry

from mmpartial.datasets.settings import SETTINGS
from tests.checkpoints import save_whole, write_photos
from tests.docs.pages import blocks
from tests.docs.test_extending import NEW
from tests.runs import CONFIGS

ALL = [*vars(mmpretrain.registry).values(), *vars(mmengine.registry).values()]
REGISTRIES = [node for node in ALL if isinstance(node, Registry)]
OWN = [block for block in blocks("python") if not any(map(block.text.__contains__, NEW))]


@pytest.fixture(scope="module")
def configs(tmp_path_factory):
    """A copy of configs/, to save a page's config in."""
    folder = tmp_path_factory.mktemp("docs") / "configs"
    shutil.copytree(CONFIGS, folder)
    return folder


@pytest.mark.parametrize("block", OWN, ids=str)
def test_python_block(block, configs, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if "model.pth" in block.text:
        save_whole(tmp_path / "model.pth")
        for photo in map(Path, write_photos(tmp_path / "photos")):
            photo.rename(photo.with_suffix(".jpg"))
    if "my.csv" in block.text:
        (tmp_path / "my.csv").write_text("image,cat,dog\n1.jpg,1,\n2.jpg,,0\n")
    if "import " in block.text:
        (tmp_path / "block.py").write_text(block.text)
        runpy.run_path(str(tmp_path / "block.py"))
        SETTINGS.pop("FIRSTHALF", None)  # a page adds it
        return
    file = configs / ("asl" if "../_base_" in block.text else "") / "block.py"
    file.write_text(block.text)
    cfg = Config.fromfile(str(file)).to_dict()
    check_components(cfg, "")
    for key in ("val_evaluator", "test_evaluator"):
        assert "metrics" not in (cfg.get(key) or {}), "MMEngine reads it as a list of metrics"


def check_components(part, path):
    """Each dict with a type names a registered component, and only arguments that it takes."""
    if isinstance(part, list | tuple):
        for value in part:
            check_components(value, path)
    if not isinstance(part, dict):
        return
    if isinstance(part.get("type"), str):
        found = [cls for node in REGISTRIES if (cls := node.get(part["type"])) is not None]
        assert found, f"{path}: nothing is called {part['type']}"
        parameters = inspect.signature(found[0]).parameters.values()
        if not any(p.kind is p.VAR_KEYWORD for p in parameters):
            unknown = set(part) - {"type", "_scope_", "_delete_"} - {p.name for p in parameters}
            assert not unknown, f"{path}: {part['type']} takes no {unknown}"
    for key, value in part.items():
        check_components(value, f"{path}.{key}")

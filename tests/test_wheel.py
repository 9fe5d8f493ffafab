"""An installed wheel, without the clone: its configs, its tools, and a project that inherits."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
MINE = """
_base_ = __import__("mmpartial").config_path("resnet18_digits_pal06.py")
model = dict(backbone=dict(base_channels=4, stem_channels=4), head=dict(in_channels=16))
train_dataloader = dict(dataset=dict(dataset=dict(indices=32)))
train_cfg = dict(max_epochs=1, val_interval=9)
"""


def call(*arguments, **options):
    done = subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, timeout=600, **options
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    pip = ["-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(folder)]
    source = folder / "source"  # pip would leave build/ in the clone
    source.mkdir()
    for name in ("mmpartial", "configs", "tools", "pyproject.toml", "README.md", "LICENSE"):
        (source / name).symlink_to(ROOT / name)
    call(*pip, str(source))
    (built,) = folder.glob("*.whl")
    return built


def test_configs_and_tools_are_inside(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("configs", "tools"):
        files = {path.relative_to(ROOT / folder) for path in (ROOT / folder).rglob("*.py")}
        files = {path for path in files if path.parts[0] != "benchmarks"}
        assert {f"mmpartial/.mim/{folder}/{path.as_posix()}" for path in files} <= names
    assert "mmpartial/py.typed" in names and not any(name.endswith(".csv") for name in names)


def test_a_project_elsewhere_trains_from_an_inherited_config(wheel, tmp_path):
    site, project = tmp_path / "site", tmp_path / "project"
    zipfile.ZipFile(wheel).extractall(site)
    project.mkdir()
    not_the_clone = f'assert __import__("mmpartial").__file__.startswith({str(site)!r})'
    (project / "mine.py").write_text(MINE + not_the_clone)
    environment = {**os.environ, "PYTHONPATH": str(site)}
    call("-m", "mmpartial", "train", "mine.py", cwd=project, env=environment)
    assert (project / "work_dirs" / "mine" / "epoch_1.pth").exists()

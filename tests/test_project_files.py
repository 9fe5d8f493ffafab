"""The files about the project agree with each other."""

import re
from pathlib import Path

import mmpartial

ROOT = Path(__file__).parents[1]


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_lowest_versions_are_those_that_the_package_allows():
    pins = dict(re.findall(r"^([\w-]+)==([\d.]+)$", read(".github/lowest.txt"), re.M))
    bounds = dict(re.findall(r'"([\w-]+)[>=]=([\d.]+)', read("pyproject.toml")))
    for tool in ("ruff", "mypy", "setuptools", "sphinx", "myst-parser"):
        bounds.pop(tool)
    assert bounds.keys() == pins.keys()
    for name, bound in bounds.items():
        assert f"{pins[name]}.".startswith(f"{bound}."), name


def test_the_workflow_runs_the_checks_of_the_readme():
    line = next(line for line in read("README.md").splitlines() if "pytest" in line)
    install, checks = line.removesuffix(" -m 'not slow'").split(" && ", 1)
    workflow = read(".github/workflows/tests.yml")  # runs the slow tests as well
    assert install in workflow and f"- run: {checks}\n" in workflow


def test_the_page_on_the_fork_installs_what_the_fork_does_not():
    """All dependencies but PyTorch and OpenMMLab's packages, which an environment with it has."""
    project = read("pyproject.toml").split("dependencies = [")[1].split("]")[0]
    needed = re.findall(r'"([\w-]+)', project)
    line = next(x for x in read("docs/installation.md").splitlines() if '"setuptools<82"' in x)
    given = re.findall(r"[\w-]+", re.sub(r"<[\d.]+", "", line))
    there = {"torch", "torchvision", "mmengine", "mmcv-lite", "mmpretrain"}
    assert {*given} - {"pip", "install"} == {*needed} - there


def test_versions():
    assert f"\nversion: {mmpartial.__version__}\n" in read("CITATION.cff")
    assert f"\n## {mmpartial.__version__}\n" in read("CHANGELOG.md")


def test_files_that_contributors_are_sent_to():
    named = re.findall(r"`((?:mmpartial|tests)/[\w/]*(?:\.py|/))`", read("CONTRIBUTING.md"))
    assert named and [name for name in named if not (ROOT / name).exists()] == []


def test_files_are_written_whole():
    """A file is written beside its place, and moved there when it is complete."""
    writes = re.compile(r"(\w+)\.write_(?:text|bytes)\(|\.(?:to_csv|savefig|dump)\((\w+)[,)]")
    beside = {"temporary", "partial"}
    folder = Path(__file__).parents[1]
    found = {
        path.name
        for path in [*folder.glob("mmpartial/**/*.py"), *folder.glob("tools/*.py")]
        for names in writes.findall(path.read_text())
        if not beside & {*names}
    }
    assert found <= {"command_line.py", "weights_only.py"}  # in folders for a moment

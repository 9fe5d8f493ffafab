"""Every command of the pages names scripts, options, configs and methods that exist."""

import re
import shlex
from collections import defaultdict
from pathlib import Path
from string import Template

import mmpretrain
import pytest
from mmengine.config import Config

from mmpartial import config_path
from mmpartial.comparison import parse_setting
from tests.docs.pages import ROOT, block, blocks

STOCK = Path(mmpretrain.__file__).parent / ".mim" / "tools"
STOCK_SOURCES = [STOCK / "train.py", STOCK / "test.py", *(ROOT / "mmpartial/launch").glob("*.py")]
PROGRAMS = {
    "curl", "pip", "python", "source", "srun", "torchrun", "ruff", "mypy", "pytest", "sphinx-build"
}  # fmt: skip
PARSER = ROOT / "mmpartial" / "launch" / "tool_parser.py"
OPTION = re.compile(r"""["'](--[a-z][\w-]*)["']""")
METHODS = ROOT / "configs" / "_base_" / "methods"
VARIABLE = re.compile(r"(?:for )?([A-Z]+)(?:=| in )(.*?)(?: .*; do)?$")


def commands():
    """The words of each command; of a loop, those of its first turn."""
    variables: dict[str, dict] = defaultdict(dict)
    for found in blocks("bash"):
        values = variables[found.page]
        for line in found.text.replace("\\\n", " ").splitlines():
            line = Template(line.strip()).substitute(values)
            if variable := VARIABLE.match(line):
                values[variable[1]] = " ".join(shlex.split(variable[2], comments=True))
            elif line != "done":
                for command in line.split("&&"):
                    yield pytest.param(shlex.split(command), id=f"{found.page}: {command.strip()}")


@pytest.mark.parametrize("words", commands())
def test_command(words):
    assert words[0] in PROGRAMS
    if words[0] == "pip":
        check_extras(words[-1])
    if words[1:3] == ["-m", "mmpartial"]:
        name, config, *rest = words[3:]
        words = ["python", f"tools/{name}.py", config_path(config), *rest]
    script = next((word for word in words if word.startswith("tools/")), None)
    if script is not None:
        check_script(script, words[words.index(script) + 1 :])


def check_extras(requirement):
    for extras in re.findall(r"\[(.*)\]", requirement):
        project = (ROOT / "pyproject.toml").read_text().split("[project.optional-dependencies]")[1]
        for extra in extras.split(","):
            assert re.search(rf"^{extra} = ", project, flags=re.M), extra


def check_script(script, words):
    assert (ROOT / script).is_file()
    sources = [ROOT / script, PARSER]
    if script in ("tools/train.py", "tools/test.py"):
        sources = STOCK_SOURCES
    known = {option for source in sources for option in OPTION.findall(source.read_text())}
    values = options(words)
    assert set(values) - {""} <= known
    config = next((word for word in values[""] if word.startswith("configs/")), None)
    if config is not None:
        check_config(config, values)
    for method in values.get("--methods", []) + values.get("--method", []):
        found = list(ROOT.glob(method)) if "/" in method else [METHODS / f"{method}.py"]
        assert found and all(file.is_file() for file in found), method
    for setting in values.get("--settings", []):
        parse_setting(setting)


def options(words):
    """The words behind each option; those before the first are behind an empty one."""
    values, name = {"": []}, ""
    for word in words:
        if word.startswith("--"):
            name = word
            values[name] = []
        else:
            values[name].append(word)
    return values


def check_config(config, values):
    """It is there, the options change what it has, and its checkpoint is one that it writes."""
    cfg = Config.fromfile(str(ROOT / config))
    for option in values.get("--cfg-options", []):
        assert option.split(".")[0] in cfg, option
    for word in values[""]:
        if word.endswith(".pth"):
            trained = Path(config).stem
            expected = f"work_dirs/{trained}/epoch_{cfg.train_cfg.max_epochs}.pth"
            assert word == expected


def test_the_lines_that_others_look_for():
    """The README's first command and its test line are found by machines."""
    assert block("bash", "epoch_22.pth") == blocks("bash")[0].text
    readme = (ROOT / "README.md").read_text()
    assert len(re.findall(r"^pip install .* pytest", readme, flags=re.M)) == 1
    assert "python tools/train.py configs/resnet50_coco_pal06.py" in readme
    assert len(readme.splitlines()) <= 150

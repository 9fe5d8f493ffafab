"""What configs and docstrings call ``mmpartial.X`` is there, as an attribute and as a type."""

import re
from pathlib import Path

import pytest

import mmpartial

ROOT = Path(__file__).parents[1]


def test_every_name_that_is_written_somewhere():
    files = [path for folder in ("mmpartial", "configs") for path in (ROOT / folder).rglob("*.py")]
    written = {
        (name, path)
        for path in [*files, ROOT / "configs" / "README.md"]
        for name in re.findall(r"\bmmpartial\.([A-Z]\w+)", path.read_text())
    }
    assert len(written) > 100
    assert [found for found in written if not hasattr(mmpartial, found[0])] == []


def test_classes_are_those_of_configs():
    assert mmpartial.PartialMultiLabelMetric.__module__.startswith("mmpartial.evaluation")
    assert {"PartialLabelDataset", "LoadImage", "HillLoss", "config_path"} <= set(dir(mmpartial))
    for name in ("HilLoss", "hill_loss", "__wrapped__"):
        with pytest.raises(AttributeError, match=f"'mmpartial' has no attribute '{name}'"):
            getattr(mmpartial, name)


@pytest.mark.parametrize("name, file", [
    ("asl_resnet18_digits-pal06.py", "asl/asl_resnet18_digits-pal06.py"),
    ("asl/asl_resnet18_digits-pal06.py", "asl/asl_resnet18_digits-pal06.py"),
    ("_base_/methods/asl.py", "_base_/methods/asl.py"),
])  # fmt: skip
def test_the_path_of_a_config(name, file):
    assert mmpartial.config_path(name) == str(ROOT / "configs" / file)


def test_a_config_that_is_not_there():
    message = "no file resnet18_digit_pal06.py, .*; the nearest is 'resnet18_digits_pal06.py'."
    with pytest.raises(FileNotFoundError, match=message):
        mmpartial.config_path("resnet18_digit_pal06.py")

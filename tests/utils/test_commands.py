"""Commands in messages work in the user's folder."""

import ast
import re

from mmpartial.utils.commands import command

from ..commands import ROOT

_COMMAND = re.compile(r"tools/\w+\.py|-m mmpartial [a-z]")


def test_a_clone_has_scripts_and_other_folders_the_module(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert command("split", "my labels.csv") == "python -m mmpartial split 'my labels.csv'"
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "train.py").touch()
    assert command("split") == "python tools/split.py"


def test_no_message_names_a_script_that_only_a_clone_has():
    """Docstrings may: they are the pages of a clone."""
    named = []
    for path in (ROOT / "mmpartial").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        named += [
            f"{path}:{node.lineno}" for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
            and id(node) not in docs and _COMMAND.search(node.value)
        ]  # fmt: skip
    assert named == []

"""All tools: help with an example, and one sentence for a file that is not there."""

import re
import runpy
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = [
    path.relative_to(ROOT).as_posix()
    for folder in ("tools", "tools/dataset_converters")
    for path in sorted((ROOT / folder).glob("*.py"))
]
# The arguments of a tool that needs more than one file; {} is a folder to write to.
NOWHERE = {
    "add_answers": "nowhere.csv nowhere.csv --out {}/out.csv",
    "benchmark": "nowhere.py --methods hill --settings FAL --seeds 0 --work-dir {}/out",
    "doubts": "nowhere.py --out {}/out.csv",
    "explain": "nowhere.pth nowhere.jpg --out {}/out",
    "export": "nowhere.pth --out {}/model.onnx",
    "from_mmpretrain": "nowhere.json wide_csv {}/out.csv",
    "init_project": "nowhere.csv --images nowhere",
    "predict": "nowhere.pth nowhere.jpg",
    "pseudo_labels": "nowhere.pth --out {}/out.parquet",
    "save_mask": "nowhere.py {}/out.npz",
    "test": "nowhere.py nowhere.pth",
    "to_mmpretrain": "wide_csv nowhere.csv {}/out.json",
}


def call(tool, arguments, monkeypatch):
    """Run a script in this process; the result is what ends it."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")  # scripts set these
    monkeypatch.setenv("LOCAL_RANK", "0")
    monkeypatch.delenv("LOCAL_RANK")
    monkeypatch.setattr(sys, "argv", [str(ROOT / tool), *arguments])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(ROOT / tool), run_name="__main__")
    return ended.value.code


@pytest.mark.parametrize("tool", TOOLS)
def test_help_has_an_example(tool, monkeypatch, capsys):
    assert not call(tool, ["--help"], monkeypatch)
    assert re.search(rf"python {tool} \S", capsys.readouterr().out)


@pytest.mark.parametrize("tool", TOOLS)
def test_a_file_that_is_not_there(tool, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    given = NOWHERE.get(Path(tool).stem, "nowhere.csv").format(tmp_path)
    sentence = call(tool, given.split(), monkeypatch)
    assert isinstance(sentence, str), "argparse refuses the arguments: add them to NOWHERE"
    told = "nowhere" in sentence or "export needs torch>=" in sentence  # an older one is here
    assert told and len(sentence.strip().splitlines()) == 1
    assert not any(tmp_path.iterdir())


def test_a_fault_of_the_code_keeps_its_traceback():
    from mmpartial.launch import run_tool

    with pytest.raises(KeyError):
        run_tool(lambda: {}["a"])


def test_an_interrupted_tool(monkeypatch, capsys):
    """MMEngine's formatting of a config turns an interrupt into an error of syntax."""
    from mmpartial.launch import run_tool

    def interrupted():
        try:
            raise KeyboardInterrupt
        except:  # noqa: E722
            raise SyntaxError("Failed to format the config file")  # noqa: B904

    monkeypatch.setattr(sys, "excepthook", None)
    with pytest.raises(KeyboardInterrupt):
        run_tool(interrupted)
    assert capsys.readouterr().err == "\nstopped.\n" and sys.excepthook(KeyboardInterrupt) is None


@pytest.mark.parametrize("arguments", [[], ["--help"]])
def test_the_package_lists_its_commands(arguments, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["mmpartial", *arguments])
    runpy.run_module("mmpartial", run_name="__main__")
    lines = capsys.readouterr().out.splitlines()
    assert sorted(Path(tool).stem for tool in TOOLS) == [line.split()[0] for line in lines[2:]]
    assert all(line.endswith(".") for line in lines[2:])


def test_the_package_names_the_nearest_command(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["mmpartial", "trian"])
    with pytest.raises(SystemExit, match="^there is no command 'trian'; the nearest is 'train'"):
        runpy.run_module("mmpartial", run_name="__main__")

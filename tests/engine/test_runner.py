"""The short terminal of a run, and its whole log file."""

import logging
from pathlib import Path

import mmengine.config.config
import pytest
from mmengine.config import Config
from mmengine.registry import RUNNERS, DefaultScope

from mmpartial.engine.runner import TerseRunner, is_for_terminal
from tests.runs import tiny_config


def built(tmp_path, **options):
    """The Runner that MMPretrain's scripts build."""
    return RUNNERS.build(tiny_config(tmp_path, **options))


def test_the_terminal_is_short_and_the_file_is_whole(tmp_path, capsys):
    runner = built(tmp_path)
    assert type(runner) is TerseRunner
    lines = capsys.readouterr().out.splitlines()
    file = runner.logger.log_file
    assert len(lines) == 1 and lines[0].endswith(f"Environment, config and hooks are in {file}")
    text = Path(file).read_text()
    for part in ("System environment:", "Config:", "Hooks will be executed", "GuardHook"):
        assert part in text


def test_a_debug_level_prints_everything(tmp_path, capsys):
    built(tmp_path, log_level="DEBUG")
    assert "Hooks will be executed" in capsys.readouterr().out


@pytest.mark.parametrize("text, level, shown", [
    ("Epoch(train) [1][25/250]  loss: 0.1", logging.INFO, True),
    ("Exp name: resnet18", logging.INFO, False),
    ('"FileClient" will be deprecated in future.', logging.WARNING, False),
    ("mmpartial guard: a class has no label", logging.WARNING, True),
    ("a\n" * 99, logging.INFO, False),
    ("a\n" * 99, logging.ERROR, True),
])  # fmt: skip
def test_what_a_user_reads(text, level, shown):
    record = logging.LogRecord("mmengine", level, "mmengine/runner/runner.py", 1, text, (), None)
    assert is_for_terminal(record) is shown


def test_long_tables_of_others_are_shown():
    record = logging.LogRecord("mmengine", logging.INFO, "hook.py", 1, "a\n" * 99, (), None)
    assert is_for_terminal(record)


def test_another_runner_type_stays(tmp_path):
    with DefaultScope.overwrite_default_scope(None):
        assert type(built(tmp_path, runner_type="Runner")) is not TerseRunner


def test_checkpoints_hold_the_config_and_the_work_dir_a_formatted_one(tmp_path, monkeypatch):
    """A start formats it once, which takes a second."""
    formats, calls = mmengine.config.config.FormatCode, []
    monkeypatch.setattr(
        "mmengine.config.config.FormatCode",
        lambda *args, **kwargs: calls.append(args) or formats(*args, **kwargs),
    )
    runner = RUNNERS.build(
        Config(tiny_config(tmp_path).to_dict(), filename="config.py", cfg_text="x")
    )
    assert len(calls) == 1
    formatted = next(tmp_path.glob("*.py")).read_text()
    assert "custom_hooks = [" in formatted and "custom_hooks=[" in runner.cfg.pretty_text
    again = Config.fromstring(runner.cfg.pretty_text, ".py")
    assert again.to_dict() == Config.fromstring(formatted, ".py").to_dict()


def test_two_starts_in_one_second_have_two_logs(tmp_path, monkeypatch):
    monkeypatch.setattr("time.strftime", lambda *args: "20260102_030405")
    first, second = (Path(built(tmp_path).logger.log_file) for _ in range(2))
    assert first.parent.name == "20260102_030405" and second.parent.name == "20260102_030405_2"
    assert first.read_text() and second.read_text()


@pytest.mark.parametrize("runner", ["mmpartial.TerseRunner", "mmpartial.FlexibleRunner"])
def test_none_leaves_out_any_default_hook(tmp_path, runner):
    left_out = dict(default_hooks__visualization=None, default_hooks__timer=None)
    hooks = {type(hook).__name__ for hook in built(tmp_path, runner_type=runner, **left_out).hooks}
    assert not hooks & {"VisualizationHook", "IterTimerHook"} and "RegularLoggerHook" in hooks

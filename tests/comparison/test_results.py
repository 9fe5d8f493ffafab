"""Results are read whole or not at all, and so they are written."""

import json
import os
import re

import pytest

from mmpartial.comparison.results import read_result, write_result
from mmpartial.formats.common.output_paths import write_text

DONE = dict(status="done", error="", test_mAP_last=50.0, test_mAP_best=None, held_out_mAP=None,
            best_epoch=None, label_hash="f00d", seconds=3)  # fmt: skip


def test_it_comes_back(tmp_path):
    assert read_result(tmp_path) == {}
    write_result(tmp_path, DONE)
    assert read_result(tmp_path) == DONE and os.listdir(tmp_path) == ["result.json"]


@pytest.mark.parametrize(
    "text, message",
    [
        ("", "Expecting value"), ("\ufeff{}", "its status is neither"),
        ("3", "its status is neither"),
        ("{}", "its status is neither"), ('{"status": ["done"]}', "its status is neither"),
        (json.dumps(DONE)[:-9], "Expecting|Unterminated"), ("[" * 100_000, "nested too deeply"),
        (json.dumps(DONE | dict(test_mAP_last="50")), "test_mAP_last is '50'"),
        (json.dumps(DONE | dict(best_epoch=[2])), "best_epoch is"),
        (json.dumps(DONE | dict(label_hash=None)), "label_hash is None"),
        ('{"status": "failed"}', "error is None"),
    ],
)  # fmt: skip
def test_what_is_damaged_has_failed(tmp_path, text, message):
    path = tmp_path / "result.json"
    path.write_text(text, encoding="utf-8")
    found = read_result(tmp_path)
    assert found["status"] == "failed" and found["error"].startswith(f"{path} is damaged: ")
    assert re.search(message, found["error"])


def test_a_kill_while_a_file_is_written_leaves_the_old_one(tmp_path, monkeypatch):
    path = tmp_path / "runs.csv"
    write_text(path, "old")

    def killed(number):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", killed)
    with pytest.raises(KeyboardInterrupt):
        write_text(path, "new")
    assert path.read_text() == "old"

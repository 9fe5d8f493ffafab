"""A benchmark goes on where it stopped, and repeats nothing; one real run of its tool."""

import json
import multiprocessing
import os
import runpy
import signal
import sys
from collections import Counter

import pandas as pd
import pytest
from mmengine.config import Config

from mmpartial.apis import load_model
from tests.comparison.pretended import (
    ONE,
    TUNED,
    benchmark,
    calls,
    fail_always,
    fail_twice,
    kill_all,
    prefer_another_rate,
)
from tests.runs import CONFIGS, TINY

ROOT = CONFIGS.parent


@pytest.mark.slow
def test_rates_are_tuned_with_the_first_seed_and_nothing_is_repeated(tmp_path):
    rows = benchmark(tmp_path, **TUNED).run(at_once=3)
    expected = {
        f"{method}/{setting}/lr{lr:g}/seed0"
        for method in ("assume_negative", "role") for setting in ("PAL0.3", "SPL")
        for lr in (0.1, 0.3)
    } | {f"{m}/{s}/lr{lr:g}/seed1" for m, lr in (("assume_negative", 0.1), ("role", 0.3))
         for s in ("PAL0.3", "SPL")}  # fmt: skip
    assert calls(tmp_path) == Counter(expected)
    assert (rows.status == "done").all() and rows.chosen.sum() == 8 and len(rows) == 12
    written = pd.read_csv(tmp_path / "runs.csv")
    assert (rows.error == "").all() and written.error.isna().all()  # as CSV has it
    known = written.columns.drop("error")
    pd.testing.assert_frame_equal(written[known], rows[known], check_dtype=False)
    row = written[(written.method == "role") & (written.setting == "PAL") & (written.seed == 1)]
    numbers = ["ratio", "lr", "held_out_mAP", "test_mAP_last", "test_mAP_best", "best_epoch"]
    assert row[numbers].to_numpy().tolist() == [[0.3, 0.3, 12, 11, 12, 2]]
    assert row[["dataset", "label_hash"]].to_numpy().tolist() == [["digits", "f00d"]]
    table = (tmp_path / "table.md").read_text()
    assert "| role | **10.5 ± 0.7** | **15.5 ± 0.7** |" in table
    assert "| assume_negative | 1.5 ± 0.7 | 6.5 ± 0.7 |" in table  # best epoch
    assert "| role | 0.3 | 0.3 |" in table and "Failed" not in table
    pictures = {path.name for path in tmp_path.glob("*.png")}
    assert pictures == {f"{kind}_{epoch}.png" for kind in ("gains", "frequency", "shares")
                        for epoch in ("last", "best")}  # fmt: skip
    again = benchmark(tmp_path, **TUNED).run(at_once=3)
    assert calls(tmp_path) == Counter(expected)
    pd.testing.assert_frame_equal(again, rows)


@pytest.mark.slow
@pytest.mark.usefixtures("no_plots")
def test_rates_of_some_settings_are_taken_for_all(tmp_path):
    """Twice two rates in one setting, then the other setting and seed with the method's best."""
    rows = benchmark(tmp_path, lr_settings=["SPL"], **TUNED).run(at_once=3)
    assert (rows.status == "done").all() and rows.chosen.sum() == 8 and len(rows) == 10
    assert set(calls(tmp_path).values()) == {1} and len(calls(tmp_path)) == 10
    assert set(rows[rows.lr != rows.method.map({"assume_negative": 0.1, "role": 0.3})].setting) == {
        "SPL"
    }
    chosen = rows[rows.chosen]
    assert set(zip(chosen.method, chosen.lr, strict=True)) == {
        ("assume_negative", 0.1), ("role", 0.3)
    }  # fmt: skip


@pytest.mark.slow
@pytest.mark.usefixtures("no_plots")
def test_several_seeds_choose_the_rates(tmp_path):
    """The first seed alone would choose 0.1, and the mean of both is better with 0.3."""
    options = dict(methods=["role"], settings=["SPL"], train=prefer_another_rate, **TUNED)
    rows = benchmark(tmp_path / "first", **options).run(at_once=2)
    assert set(rows[rows.chosen].lr) == {0.1} and len(rows) == 3
    rows = benchmark(tmp_path / "all", lr_seeds=[0, 1], **options).run(at_once=2)
    assert set(rows[rows.chosen].lr) == {0.3} and rows.chosen.sum() == 2 and len(rows) == 4


@pytest.mark.slow
@pytest.mark.usefixtures("no_plots")
def test_more_seeds_and_methods_are_added(tmp_path):
    benchmark(tmp_path, methods=["role"], seeds=[0]).run(at_once=2)
    benchmark(tmp_path, seeds=[0, 1]).run(at_once=2)
    assert len(calls(tmp_path)) == 8 and set(calls(tmp_path).values()) == {1}


@pytest.mark.slow
@pytest.mark.usefixtures("no_plots")
def test_a_kill_of_the_whole_benchmark(tmp_path):
    """The third run takes its parent with it, and is cut off itself."""

    killed = benchmark(tmp_path, train=kill_all)
    first = multiprocessing.get_context("forkserver").Process(target=killed.run, args=(1,))
    first.start()
    first.join()
    assert first.exitcode == -signal.SIGKILL
    before = calls(tmp_path)
    assert len(before) == 3 and len(pd.read_csv(tmp_path / "runs.csv")) == 8
    cut_off = (tmp_path / "calls.txt").read_text().splitlines()[-1]
    (tmp_path / cut_off / "left.txt").write_text("half of a run")
    rows = benchmark(tmp_path).run(at_once=2)
    assert (rows.status == "done").all() and not (tmp_path / cut_off / "left.txt").exists()
    assert {run for run, n in calls(tmp_path).items() if n > 1} == {cut_off}


@pytest.mark.slow
@pytest.mark.usefixtures("no_plots")
def test_failures_stop_nothing_and_are_tried_again(tmp_path):
    rows = benchmark(tmp_path, train=fail_twice).run(at_once=2)
    failed = rows[rows.status == "failed"]
    killed = "its process was ended by SIGKILL, perhaps because the memory was full"
    assert sorted(failed.error) == ["RuntimeError: no such luck", killed]
    table = (tmp_path / "table.md").read_text()
    assert "no such luck" in table and "| role | 11.0 (1) | 15.0 (1) |" in table
    folder = next(tmp_path.glob("role/PAL0.3/*/seed0"))
    assert "Traceback" in (folder / "output.log").read_text()
    rows = benchmark(tmp_path).run(at_once=2)
    assert (rows.status == "done").all() and set(calls(tmp_path).values()) == {1}


@pytest.mark.usefixtures("no_plots")
def test_missing_features_are_computed_before_the_runs(tmp_path, monkeypatch):
    seen = []
    compute = "mmpartial.comparison.benchmark.compute_missing_features"
    monkeypatch.setattr(compute, lambda cfg: seen.append((cfg, [*tmp_path.iterdir()])))
    compared = benchmark(tmp_path, **ONE)
    compared.run(at_once=1)
    assert seen == [(compared.base, [])]


@pytest.mark.slow
@pytest.mark.usefixtures("no_plots")
def test_a_method_whose_every_rate_fails_has_no_seeds(tmp_path):
    rows = benchmark(tmp_path, train=fail_always, **TUNED).run(at_once=2)
    assert Counter(rows[rows.method == "role"].status) == {"failed": 4}
    assert not rows[rows.method == "role"].chosen.any()


@pytest.mark.parametrize(
    "options, message",
    [
        (dict(methods=["rolle"]), "there is no method 'rolle': choose from a"),
        (dict(settings=["PAL0.3", "SPPL"]), "there is no setting 'SPPL'"),
        (dict(lr_settings=["SPPL"]), "there is no setting 'SPPL'"),
        (dict(lrs=[0.1, 0.2], held_out=0), "held-out images choose the learning rate"),
        (dict(keep_best=True, held_out=0), "held-out images choose the best method"),
    ],
)
def test_what_is_refused(tmp_path, options, message):
    with pytest.raises(ValueError, match=message):
        benchmark(tmp_path, **options)


def tool(monkeypatch, capsys, work_dir, *arguments):
    """What the tool prints; its runs are processes of their own, in a relative folder as usual."""
    tiny = {k: v for k, v in TINY.items() if "head.q" not in k and not k.startswith("val_")}
    command = [
        "tools/benchmark.py", "configs/resnet18_digits_fal.py", "--methods",
        "assume_negative", "csl", "--settings", "PAL0.6", "--seeds", "0", "--jobs", "2",
        "--work-dir", os.path.relpath(work_dir, ROOT), *arguments, "--cfg-options",
        *(f"{key}={value}" for key, value in tiny.items()),
    ]  # fmt: skip
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "argv", command)
    runpy.run_path(command[0], run_name="__main__")
    return capsys.readouterr().out


def test_the_tool_on_digits(tmp_path, monkeypatch, capsys):
    """Two methods, one of two stages; a run that is made anew gives the same.

    The checkpoint of the better one is kept, and makes a model by itself.
    """
    printed = tool(monkeypatch, capsys, tmp_path, "--keep-best")
    assert "assume_negative PAL0.6 lr 0.003 seed 0: " in printed
    rows = pd.read_csv(tmp_path / "runs.csv")
    assert rows.method.tolist() == ["assume_negative", "csl"] and (rows.status == "done").all()
    assert rows[["held_out_mAP", "test_mAP_last", "test_mAP_best"]].notna().all(axis=None)
    assert rows.label_hash.nunique() == 1
    csl = tmp_path / "csl" / "PAL0.6" / "lr0.003" / "seed0"
    prior = json.loads((csl / "first" / "class_prior.json").read_text())
    assert len(prior) == len(pd.read_csv(csl / "classes.csv")) == 40
    best = rows.method[rows.held_out_mAP.argmax()]
    (checkpoint,) = tmp_path.rglob("*.pth")
    assert checkpoint == tmp_path / best / "PAL0.6" / "lr0.003" / "seed0" / "best.pth"
    assert (checkpoint.parent / "config.py").exists()
    assert len(load_model(checkpoint)._dataset_meta["classes"]) == 40
    unknown, positives = rows.unknown[0], rows.positives[0]
    assert rows.hidden_positives[0] > 0 and unknown + positives + rows.negatives[0] == 52 * 40
    assert (csl / "per_class" / "multi-label_test_last.csv").exists()
    assert not list(csl.rglob("*.png"))
    config = Config.fromfile(str(csl / "config.py"))
    assert config.val_dataloader.dataset.part == "held_out"
    table = (tmp_path / "table.md").read_text()
    (tmp_path / "assume_negative" / "PAL0.6" / "lr0.003" / "seed0" / "result.json").unlink()
    before = (csl / "result.json").stat().st_mtime_ns
    printed = tool(monkeypatch, capsys, tmp_path, "--keep-best")
    assert "assume_negative PAL0.6" in printed and "csl PAL0.6" not in printed
    assert (csl / "result.json").stat().st_mtime_ns == before
    assert (tmp_path / "table.md").read_text() == table and checkpoint.exists()
    again = pd.read_csv(tmp_path / "runs.csv")
    pd.testing.assert_frame_equal(again.drop(columns="seconds"), rows.drop(columns="seconds"))

"""A benchmark on digits whose runs are pretended."""

import json
import multiprocessing
import os
import signal
from collections import Counter
from dataclasses import fields

import pandas as pd
from mmengine.config import Config

from mmpartial.comparison import Benchmark, Plan, load_base
from mmpartial.comparison.training import import_own
from tests.runs import CONFIGS

TUNED = dict(lrs=[0.1, 0.3])
ONE = dict(methods=["role"], settings=["SPL"], seeds=[0])


RUNS = dict(methods=("assume_negative", "role"), settings=("PAL0.3", "SPL"), seeds=[0, 1])


def benchmark(folder, **options):
    options = RUNS | dict(train=pretend) | options
    plan = Plan(**{f.name: options.pop(f.name) for f in fields(Plan) if f.name in options})
    pieces = {
        path.stem: Config.fromfile(str(path))
        for path in (CONFIGS / "_base_" / "methods").glob("*.py")
    }
    pieces |= options.pop("pieces", {})
    base = options.pop("base", None) or small_base()
    return Benchmark(base, "digits", pieces, plan, folder, **options)


def small_base(**options):
    """Few digits, of which each benchmark makes a hash."""
    few = {"train_dataloader.dataset.dataset.indices": 40, "test_dataloader.dataset.indices": 40}
    return load_base(CONFIGS / "resnet18_digits_fal.py", few | options)


def pretend(job):
    """In the place of training: numbers that name the run, and a line for each call."""
    run = job.folder.relative_to(job.folder.parents[3])
    with (job.folder.parents[3] / "calls.txt").open("a") as file:
        file.write(f"{run}\n")
    method, setting, lr, seed = run.parts
    score = 10.0 * (method == "role") + float(seed[4:]) + 5 * (setting == "SPL")
    held_out = score + (lr == ("lr0.3" if method == "role" else "lr0.1"))
    table = {"class": ["a", "b"], "train_positives": [9, 4], "AP_last": score, "AP_best": score}
    pd.DataFrame(table).to_csv(job.folder / "classes.csv", index=False)
    if job.keep_best:
        (job.folder / "best.pth").touch()
    return dict(held_out_mAP=held_out, test_mAP_last=score, test_mAP_best=score + 1,
                best_epoch=2, label_hash="f00d", positives=3 + 4 * (setting == "SPL"),
                hidden_positives=6, negatives=0, unknown=9)  # fmt: skip


def prefer_another_rate(job):
    """The first seed is a little better with the rate 0.1, and the second much worse."""
    gain = {"seed0": 1, "seed1": -5}[job.folder.name] * (job.folder.parent.name == "lr0.1")
    result = pretend(job)
    return result | dict(held_out_mAP=result["test_mAP_last"] + gain)


def import_and_pretend(job):
    import_own(job.config)
    return pretend(job)


def fail_twice(job):
    """One run raises an error, and another is killed."""
    if job.folder.match("role/PAL0.3/*/seed0"):
        raise RuntimeError("no such luck")
    if job.folder.match("role/SPL/*/seed1"):
        os.kill(os.getpid(), signal.SIGKILL)
    return pretend(job)


def fail_always(job):
    if "role" in job.folder.parts:
        raise RuntimeError("never")
    return pretend(job)


def kill_all(job):
    """The third run kills the benchmark and itself."""
    result = pretend(job)
    if len(calls(job.folder.parents[3])) == 3:
        os.kill(multiprocessing.parent_process().pid, signal.SIGKILL)
        os.kill(os.getpid(), signal.SIGKILL)
    return result


def outrun(job):
    """While the run is made, another benchmark makes it of other code."""
    pretend(job)
    other = dict(status="done", error="", made_of={}, seconds=1, label_hash="", test_mAP_last=1.0)
    (job.folder / "result.json").write_text(json.dumps(other))
    os._exit(0)


def calls(folder):
    return Counter((folder / "calls.txt").read_text().splitlines())

"""Measure calibration and thresholds on frozen features, for docs/benchmarks/calibration.md.

    python tools/benchmarks/calibration.py

Each run trains a linear layer on 85 % of the training photos, with the learning rate that
results/frozen_DATA.csv has chosen. The known labels of the other 15 % calibrate and choose
thresholds. results/calibration.csv gets a row for each run and way: numbers on the test set, and
cross-fitted numbers on the held-out photos (each half decides on the other), which chose the
defaults. Predictions are kept in the work-dir, so that a second call trains nothing.
"""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmengine.runner import Runner

from mmpartial.calibration import choose_thresholds, criterion_named, fit
from mmpartial.comparison import Run, load_base
from mmpartial.comparison.configs import compose
from mmpartial.comparison.run import setting_and_ratio
from mmpartial.comparison.training import copy_of
from mmpartial.engine.trained_model import predict_dataset
from mmpartial.evaluation import PartialMultiLabelMetric
from mmpartial.launch import ToolParser
from mmpartial.launch.methods import PIECES
from mmpartial.utils.counter_rng import uniform

RESULTS = Path(__file__).parent / "results"
CONFIGS = Path(__file__).parents[2] / "configs" / "frozen"
DATA = ("corel5k", "voc2012_subset", "coco6k")
METHODS = ("partial_imbalance", "asl", "ignore_unknown")
SETTINGS = ("FAL", "PAL0.6")
SEEDS = (0, 1, 2)
NUMBERS = ("mean_F1", "CF1", "OF1", "ECE")
LEAST = (1, 5, 10, 20, 50)
PRIORS = (1.0, 3.0, 10.0, 30.0)

Images = dict[str, np.ndarray]  # logits, z (untilted), posterior and labels, (N, C) each


def rate(data: str, method: str, setting: str) -> float:
    """The learning rate that held-out mAP chose with seed 0."""
    rows = pd.read_csv(RESULTS / f"frozen_{data}.csv")
    wanted = setting_and_ratio(setting)
    rows = rows[rows.chosen & (rows.method == method) & (rows.setting == wanted["setting"])]
    ratio = wanted["ratio"]
    rows = rows[rows.ratio.isna() if ratio is None else rows.ratio == ratio]
    return float(rows.lr.iloc[0])


def predictions(data: str, run: Run, file: Path) -> dict[str, Images]:
    """Predictions of the held-out and the test photos, which a run makes if the file is missing."""
    if not file.exists():
        leaf = CONFIGS / f"frozen_efficientnet-lite0_{data.replace('_', '-')}-fal.py"
        piece = Config.fromfile(str(PIECES / f"{run.method}.py"))
        cfg = copy_of(compose(load_base(leaf), piece, run, 0.15, "observed"))
        del cfg.default_hooks.final_test
        cfg.default_hooks.checkpoint.save_best = None
        cfg.work_dir, cfg.experiment_name = str(file.with_suffix("")), file.stem
        runner = Runner.from_cfg(cfg)
        runner.train()
        arrays: Any = {}
        for part, loader in (("held_out", cfg.val_dataloader), ("test", cfg.test_dataloader)):
            dataset = runner.build_dataloader(loader).dataset
            arrays |= {f"{part}_{k}": v for k, v in predict(runner.model, dataset, loader).items()}
        np.savez_compressed(file, **arrays)
    stored = np.load(file)
    return {
        part: {k.removeprefix(f"{part}_"): stored[k] for k in stored if k.startswith(part)}
        for part in ("held_out", "test")
    }


def predict(model: Any, dataset: Any, loader: Any) -> Images:
    found = predict_dataset(model, dataset, loader)
    loss, x = model.head.loss_module, found.logits
    z, posterior = loss.untilted(x).detach().numpy(), loss.posterior(x).detach().numpy()
    return dict(logits=x.numpy(), z=z, posterior=posterior, labels=found.labels)


def probabilities(way: str, prior: float, chooser: Images, other: Images) -> list[np.ndarray]:
    """Probabilities of both parts, calibrated on the first."""
    if way == "score":
        return [torch.from_numpy(part["logits"]).sigmoid().numpy() for part in (chooser, other)]
    if way == "posterior":
        return [part["posterior"] for part in (chooser, other)]
    calibration = fit(chooser["z"], chooser["labels"], way, prior)
    assert calibration is not None
    return [calibration(torch.from_numpy(part["z"])).numpy() for part in (chooser, other)]


def measure(p: list[np.ndarray], rule: str, chooser: Images, other: Images) -> dict[str, float]:
    """Numbers on the second part at thresholds of the first."""
    thr: Any = 0.5
    if rule != "0.5":
        least = 1 if rule == "global" else int(rule)
        chosen = choose_thresholds(p[0], chooser["labels"], criterion_named("f1"), least)
        thr = chosen.common if rule == "global" else chosen.values
    metrics, _ = PartialMultiLabelMetric.calculate(p[1], other["labels"], thr=thr)
    known = other["labels"] >= 0
    likely = np.where(other["labels"] == 1, p[1], 1 - p[1])[known].clip(1e-6)
    return {name: metrics[name] for name in NUMBERS} | {"log_loss": float(-np.log(likely).mean())}


def ways() -> Iterator[tuple[str, float, str]]:
    """Ways to get probabilities, the prior of a fit, and rules for thresholds."""
    for way in ("score", "posterior", "temperature", "platt", "isotonic"):
        yield from ((way, 3.0, rule) for rule in ("0.5", "global", *map(str, LEAST)))
    yield from (
        (way, prior, "0.5") for way in ("platt", "isotonic") for prior in PRIORS if prior != 3
    )


def rows_of(parts: dict[str, Images]) -> Iterator[dict[str, Any]]:
    held_out, test = parts["held_out"], parts["test"]
    first = uniform(0, torch.arange(len(held_out["z"]))).numpy() < 0.5
    halves = [{k: v[rows] for k, v in held_out.items()} for rows in (first, ~first)]
    for way, prior, rule in ways():
        at = dict(calibration=way, prior=prior, thresholds=rule)
        numbers = measure(probabilities(way, prior, held_out, test), rule, held_out, test)
        half_rule = rule if rule in ("0.5", "global") else str(-(-int(rule) // 2))
        crossed = [
            measure(probabilities(way, prior, a, b), half_rule, a, b)
            for a, b in (halves, halves[::-1])
        ]
        cross = {f"held_out_{k}": np.mean([half[k] for half in crossed]) for k in numbers}
        yield at | numbers | cross


def main() -> None:
    parser = ToolParser(__doc__)
    parser.add_argument("--work-dir", type=Path, default=Path("work_dirs/benchmark/calibration"))
    folder = parser.parse_args().work_dir
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    init_default_scope("mmpretrain")
    rows = []
    for data, method, setting, seed in product(DATA, METHODS, SETTINGS, SEEDS):
        run = Run(method, setting, seed, rate(data, method, setting))
        parts = predictions(data, run, folder / f"{data}_{method}_{setting}_{seed}.npz")
        about = dict(dataset=data, method=method, setting=setting, seed=seed)
        rows += [about | row for row in rows_of(parts)]
    table = pd.DataFrame(rows)
    table.to_csv(RESULTS / "calibration.csv", index=False, float_format="%.5g")
    keys = ["method", "calibration", "prior", "thresholds"]
    print(table.groupby(keys, sort=False).mean(numeric_only=True).drop(columns="seed").round(3))


if __name__ == "__main__":
    pd.set_option("display.width", 250, "display.max_columns", 20, "display.max_rows", 500)
    main()

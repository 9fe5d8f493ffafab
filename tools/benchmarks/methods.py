"""Train all methods on the digits in five label settings, and print one table.

Each run is the method's own config with another setting and seed and a short protocol: a wide
network of two stages, 5 epochs, no random crop. Finished runs are kept in the work-dir's
results.csv, and a second call goes on where the first one stopped; other ``--epochs`` need another
work-dir.
"""

import argparse
import csv
import itertools
import multiprocessing
import shutil
import statistics
import traceback
from pathlib import Path
from typing import NamedTuple

import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmengine.runner import Runner

CONFIGS = Path(__file__).parents[2] / "configs"
SETTINGS = {
    "FAL": dict(setting="FAL"),
    "PAL 0.3": dict(setting="PAL", ratio=0.3),
    "PAL 0.6": dict(setting="PAL", ratio=0.6),
    "PPL 0.6": dict(setting="PPL", ratio=0.6),
    "SPL": dict(setting="SPL"),
}
PROTOCOL = {
    "model.backbone.num_stages": 2,
    "model.backbone.strides": (2, 2),
    "model.backbone.dilations": (1, 1),
    "model.backbone.out_indices": (1,),
    "model.backbone.base_channels": 32,
    "model.head.in_channels": 64,
    "train_dataloader.dataset.dataset.pipeline.0.padding": 0,
    "default_hooks.checkpoint.interval": 1000,
    "default_hooks.checkpoint.save_best": None,
}
METHODS = (
    "assume_negative", "assume_negative_ls", "ignore_unknown", "weak_assume_negative",
    "expected_positive", "role", "focal", "asl", "p_asl", "csl", "hill", "splc", "ll_r", "ll_ct",
    "ll_cp", "em", "em_apl", "distribution_balanced", "plm", "comic_loss", "comic",
    "partial_imbalance_paper", "",
)  # fmt: skip
OWN = "mmpartial"  # its configs are in the configs folder itself


class Job(NamedTuple):
    """One run."""

    method: str
    setting: str
    seed: int
    epochs: int
    root: Path


def train(job: Job, config: str, work_dir: Path, extra: dict) -> float:
    """Train a config in this process; mAP on the test images."""
    torch.set_num_threads(1)
    cfg = Config.fromfile(str(CONFIGS / config))
    length = dict.fromkeys(("train_cfg.max_epochs", "train_cfg.val_interval"), job.epochs)
    length["param_scheduler.total_steps"] = job.epochs
    cfg.merge_from_dict(PROTOCOL | length | {"randomness.seed": job.seed} | extra)
    dataset = cfg.train_dataloader.dataset
    dataset.pop("ratio", None)
    dataset.update(SETTINGS[job.setting], seed=job.seed)
    cfg.work_dir, cfg.log_level = str(work_dir), "WARNING"
    shutil.rmtree(work_dir, ignore_errors=True)
    init_default_scope("mmpretrain")
    runner = Runner.from_cfg(cfg)
    runner.train()
    return float(runner.message_hub.get_scalar("val/multi-label/mAP").current())


def one(job: Job) -> tuple[str, str, int, float | None]:
    """Train a method, CSL after the temporary model that gives its priors; None if it fails."""
    name, config = job.method or OWN, "resnet18_digits_pal06.py"
    work_dir = job.root / name / job.setting / str(job.seed)
    extra: dict[str, object] = {}
    if name == "em_apl":  # half of the run, as the authors have it
        half = max(1, job.epochs // 2)
        hook = dict(type="mmpartial.AsymmetricPseudoLabelHook", warmup=half)
        extra["custom_hooks"] = [hook]
    try:
        if name == "csl":
            train(job, f"csl/prior_{config}", work_dir / "prior", {})
            prior = job.root / f"class_prior_{job.setting}_{job.seed}.json"
            shutil.move(work_dir / "prior" / "class_prior.json", prior)
            extra["model.head.loss.prior"] = str(prior)
        value = train(job, str(Path(job.method) / config), work_dir, extra)
    except Exception:  # the others go on, and a second call tries again
        traceback.print_exc()
        value = None
    return name, job.setting, job.seed, value


def read(path: Path) -> dict[tuple[str, str, int], float]:
    """Finished runs."""
    if not path.exists():
        return {}
    with path.open() as file:
        return {(m, s, int(seed)): float(value) for m, s, seed, value in csv.reader(file)}


def table(results: dict[tuple[str, str, int], float], settings: list[str]) -> str:
    """Mean and standard deviation over seeds in Markdown."""
    lines = ["| |" + "|".join(settings) + "|", "|---" * (len(settings) + 1) + "|"]
    for method in dict.fromkeys(method for method, _, _ in results):
        cells = []
        for setting in settings:
            values = [v for (m, s, _), v in results.items() if (m, s) == (method, setting)]
            spread = f" ± {statistics.stdev(values):.1f}" if len(values) > 1 else ""
            cells.append(f"{statistics.mean(values):.1f}{spread}" if values else "")
        lines.append(f"| {method} |" + "|".join(cells) + "|")
    return "\n".join(lines)


def main() -> None:
    """Run what is missing, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--work-dir", type=Path, default=Path("work_dirs/methods"))
    names = [method or OWN for method in METHODS]
    parser.add_argument("--methods", nargs="+", default=names, choices=names)
    parser.add_argument("--settings", nargs="+", default=list(SETTINGS), choices=SETTINGS)
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=torch.get_num_threads())
    args = parser.parse_args()
    args.work_dir.mkdir(parents=True, exist_ok=True)
    path = args.work_dir / "results.csv"
    methods = ["" if method == OWN else method for method in args.methods]
    wanted = itertools.product(args.seeds, args.settings, methods)
    jobs = [
        Job(method, setting, seed, args.epochs, args.work_dir.resolve())
        for seed, setting, method in wanted
        if (method or OWN, setting, seed) not in read(path)
    ]
    context = multiprocessing.get_context("fork")
    with context.Pool(args.jobs, maxtasksperchild=1) as pool:
        for done, result in enumerate(pool.imap_unordered(one, jobs, chunksize=1), 1):
            if result[-1] is not None:
                with path.open("a") as file:
                    csv.writer(file).writerow(result)
            print(f"{done} of {len(jobs)}: {result}", flush=True)
    results = dict(sorted(read(path).items(), key=lambda r: (names.index(r[0][0]), r[0])))
    print(table(results, args.settings))


if __name__ == "__main__":
    main()

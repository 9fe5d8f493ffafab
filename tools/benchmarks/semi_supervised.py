"""What are photos without labels worth? A tenth of the training photos keeps its labels.

    python tools/benchmarks/semi_supervised.py --out semi_supervised.csv

It takes a config for training on features, and the features. "labelled" trains on the photos with
labels alone, for as many steps as "all" takes on all photos. 15 % of the training photos are held
out with full labels; with seed 0 they choose each row's learning rate. The table has mAP on the
test photos after the last epoch.
"""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmpretrain.registry import DATASETS

from mmpartial.comparison import Run, load_base
from mmpartial.comparison.configs import compose
from mmpartial.comparison.training import Job, train_stages
from mmpartial.launch import ToolParser
from mmpartial.launch.methods import PIECES

CONFIG = "configs/frozen/frozen_efficientnet-lite0_corel5k-fal.py"
ROWS = (
    ("asl", "labelled"), ("partial_imbalance", "labelled"), ("partial_imbalance", "all"),
    ("cap", "all"), ("gpr", "all"),
)  # fmt: skip
RATES = (1e-4, 3e-4, 1e-3, 3e-3)


def config_of(run: Run, photos: str, path: str) -> Config:
    """The config of a run."""
    piece = Config.fromfile(str(PIECES / f"{run.method}.py"))
    cfg = compose(load_base(path), piece, run, 0.15, "full")
    if photos == "all":
        return cfg
    train = cfg.train_dataloader.dataset
    labels = DATASETS.build(dict(train, held_out=0.0)).labels
    rows = np.unique(labels.known()[0])
    longer = round(len(labels) / len(rows))
    epochs = {f"train_cfg.{k}": longer * cfg.train_cfg[k] for k in ("max_epochs", "val_interval")}
    cfg = compose(load_base(path, epochs), piece, run, 0.15, "full")
    cfg.train_dataloader.dataset.dataset.dataset.indices = rows.tolist()
    return cfg


def score(run: Run, photos: str, path: str) -> dict[str, Any]:
    """A row of the table of runs."""
    with tempfile.TemporaryDirectory() as folder:
        scores = train_stages(Job(Path(folder) / "run", config_of(run, photos, path)))
    columns = ("held_out_mAP", "test_mAP_last", "positives", "negatives", "unknown")
    about = dict(method=run.method, photos=photos, setting=run.setting, seed=run.seed, lr=run.lr)
    return about | {name: scores[name] for name in columns}


def main() -> None:
    parser = ToolParser(__doc__)
    parser.add_argument("--config", default=CONFIG)
    parser.add_argument("--setting", default="SSL0.1")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    init_default_scope("mmpretrain")
    torch.set_num_threads(1)
    rows = []
    for method, photos in ROWS:
        first = [
            score(Run(method, args.setting, args.seeds[0], lr), photos, args.config) for lr in RATES
        ]
        best = max(first, key=lambda row: row["held_out_mAP"])
        others = [
            score(Run(method, args.setting, seed, best["lr"]), photos, args.config)
            for seed in args.seeds[1:]
        ]
        rows += [dict(row, chosen=row["lr"] == best["lr"]) for row in [*first, *others]]
        pd.DataFrame(rows).to_csv(args.out, index=False)
    table = pd.DataFrame(rows).query("chosen").groupby(["method", "photos"], sort=False)
    print(table[["lr", "test_mAP_last"]].agg(["mean", "std"]).round(4).to_string())


if __name__ == "__main__":
    main()

"""Are wrong labels found with features of a network that was trained on them?

    python tools/benchmarks/wrong_labels_trained.py --out wrong_labels_trained.csv

It takes Corel5k's photos and the activations of configs/finetuned. Labels are flipped as "even" of
wrong_labels.py does. A network trains its last stages on these labels, and lists of suspects are
compared: by linear classifiers on the features before and after training, out of fold, and by the
predictions of the trained network itself. The head of a list is as long as the number of flipped
labels. 40 % of the labels are unknown; precision_unknown is that of the likeliest of them, as many
as are positive among them.
"""

import json
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmengine.runner import Runner
from wrong_labels import draw, flips, mmpartial

from mmpartial.apis.last_checkpoint import last_checkpoint
from mmpartial.apis.training_features import training_features
from mmpartial.apis.training_images import TrainedOn
from mmpartial.launch import ToolParser
from mmpartial.registry import DATASETS

CONFIG = "configs/finetuned/finetuned_last-stages-efficientnet-lite0_corel5k-fal.py"


def labels_of(cfg: Config) -> tuple[np.ndarray, np.ndarray]:
    """The training labels, and the hashes of the images' ids."""
    dataset = DATASETS.build(cfg.train_dataloader.dataset)
    return dataset.labels.dense(), dataset.annotations.name_hashes


def write_flipped(cfg: Config, flipped: np.ndarray, file: Path) -> None:
    """Write Corel5k's file with flipped training labels."""
    images = cfg.train_dataloader.dataset.dataset.dataset
    content = json.loads(Path(images.data_root, images.ann_file).read_text())
    for record, row in zip(content["splits"]["train"], flipped, strict=True):
        record["labels"] = sorted({*record["labels"]} ^ {*np.flatnonzero(row).tolist()})
    file.write_text(json.dumps(content))


def out_of_fold(source: Config | Path, seed: int) -> np.ndarray:
    """Predictions by the features of a network before or after training."""
    found = training_features(source)
    heads = found.out_of_fold(seed=seed)
    return heads.logits(np.arange(len(found.annotations))).sigmoid().numpy()


def train(seed: int, folder: Path) -> tuple[Config, np.ndarray, np.ndarray]:
    """Train on flipped labels; the config, all labels before, and which are flipped."""
    cfg = Config.fromfile(CONFIG)
    dataset = cfg.train_dataloader.dataset
    full, ids = labels_of(cfg)
    flipped = flips(full, "even", draw(ids, full.shape[1], 3, seed))
    write_flipped(cfg, flipped, folder / "labels.json")
    dataset.dataset.dataset.ann_file = str(folder / "labels.json")
    dataset.update(setting="PAL", ratio=0.6, seed=seed)
    cfg.update(work_dir=str(folder), randomness=dict(seed=seed))
    cfg.train_cfg.val_interval = 100
    cfg.default_hooks.pop("report")
    Runner.from_cfg(cfg).train()
    return cfg, full, flipped


def compare(seed: int, folder: Path) -> list[dict]:
    """The precision of each list."""
    cfg, full, flipped = train(seed, folder)
    trained = TrainedOn(last_checkpoint(folder))
    predictions = {
        "features before training": out_of_fold(cfg, seed),
        "features after training": out_of_fold(folder, seed),
        "predictions of the trained network": np.concatenate([p for _, p, _ in trained]),
    }
    labels = labels_of(cfg)[0]
    known, number = labels >= 0, int(flipped[labels >= 0].sum())
    positives = int(full[~known].sum())
    rows = []
    for name, p in predictions.items():
        suspects = np.argsort(np.where(known, mmpartial(labels, p), np.inf), axis=None)[:number]
        likely = np.argsort(-np.where(known, -1, p), axis=None, kind="stable")[:positives]
        rows.append(
            dict(seed=seed, list=name, flipped=number, precision=flipped.ravel()[suspects].mean(),
                 unknown_positives=positives, precision_unknown=full.ravel()[likely].mean())
        )  # fmt: skip
    print(pd.DataFrame(rows).to_string(), flush=True)
    return rows


def main() -> None:
    parser = ToolParser(__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    init_default_scope("mmpretrain")
    rows = []
    for seed in args.seeds:
        with tempfile.TemporaryDirectory() as folder:
            rows += compare(seed, Path(folder))
    table = pd.DataFrame(rows)
    table.to_csv(args.out, index=False, float_format="%.4f")
    groups = table.groupby("list", sort=False)
    numbers = groups[["precision", "precision_unknown"]].agg(["mean", "std"])
    print((100 * numbers).round(1).to_string())


if __name__ == "__main__":
    main()

"""A work_dir as a run leaves it, without the run."""

import json

import pandas as pd

CLASSES = ["cat", "dog", "owl"]


def table(ap=(90.0, 20.0, float("nan"))):
    """The table of the classes."""
    return pd.DataFrame(
        {"class": CLASSES, "positive": [30, 10, 0], "negative": [10, 30, 40],
         "train": [120, 30, 4], "frequency": ["head", "medium", "tail"], "AP": ap,
         "precision": 50.0, "recall": 50.0, "F1": 50.0, "ECE": 5.0}
    )  # fmt: skip


def write_run(folder, *starts, classes=None):
    """Write the lines of each start of a run, and its tables by their names."""
    for number, lines in enumerate(starts):
        file = folder / f"2026010{number}_000000" / "vis_data" / "scalars.json"
        file.parent.mkdir(parents=True)
        file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    (folder / "per_class").mkdir(exist_ok=True)
    for name, content in (classes or {}).items():
        content.to_csv(folder / "per_class" / f"{name}.csv", index=False)
    return folder


def training(step, **values):
    """A line about training."""
    return dict(loss=1 / step, alpha=0.8, beta=0.2, epoch=1, iter=step, step=step, **values)


def evaluation(step, mAP):
    """A line about an evaluation."""
    return {"multi-label/mAP": mAP, "multi-label/mAP_head": mAP, "step": step}

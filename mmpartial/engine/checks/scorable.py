"""Can mAP be computed of the evaluation labels?"""

from ...evaluation.protocols import protocol_named
from ...labels import NEGATIVE, POSITIVE, UNKNOWN
from .evaluation import evaluation_labels
from .run import Run, warn


def check_scorable(run: Run) -> None:
    """Warn of labels that make mAP nan, because no class has a positive and a negative."""
    if run.evaluation is None:
        return
    labels = evaluation_labels(run.evaluation.dataset, run.evaluation.name)
    if labels is None:
        return
    positive, negative = labels.count(POSITIVE), labels.count(NEGATIVE)
    if any(_unknown_is_negative(metric) for metric in run.evaluation.metrics):
        negative = negative + labels.count(UNKNOWN)
    if ((positive > 0) & (negative > 0)).any():
        return
    missing = [name for name, n in (("positive", positive), ("negative", negative)) if not n.any()]
    lacks = " and ".join(f"no known {name}" for name in missing)
    warn(
        f"{run.evaluation.name} has "
        f"{lacks or 'no class with a known positive and a known negative'}, so mAP will be nan and "
        "no best checkpoint will be chosen: evaluate on images with known positive and negative "
        "labels."
    )


def _unknown_is_negative(metric: object) -> bool:
    name = getattr(metric, "options", {}).get("protocol")
    return name is not None and protocol_named(name).unknown_is_negative

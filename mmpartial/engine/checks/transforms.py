"""Are images of an evaluation changed at random?"""

import re

from ...utils.nested import pipelines, type_name
from .run import Run, warn

_RANDOM = re.compile("Rand|Jitter|Lighting|AutoAugment|TrivialAugment|AugMix|Cutout")


def check_transforms(run: Run) -> None:
    """Warn of random transforms in the pipeline of an evaluation.

    The views of test-time augmentation are inside of one transform, and are not looked at.
    """
    if run.evaluation is None or run.cfg is None:
        return
    loader = run.evaluation.name.partition(".")[0]
    config = (run.cfg.get(loader) or {}).get("dataset")
    steps = [step for pipeline in pipelines(config or {}) for step in pipeline or ()]
    found = [name for name in map(type_name, steps) if _RANDOM.search(name)]
    if found:
        warn(
            f"{', '.join(dict.fromkeys(found))} in the pipeline of {run.evaluation.name} changes "
            "images at random, so scores differ from one evaluation to the next: leave random "
            "transforms to train_dataloader."
        )

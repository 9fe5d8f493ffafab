"""Test-time augmentation for a wrapped test set."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from mmengine.config import Config

from ..utils.nested import pipelines
from .command_line import CONFIG_ENDINGS

_TAKES_PIPELINE = ("PartialLabelDataset", "MergedDataset")


def with_own_pipeline(arguments: Sequence[str], folder: str | Path) -> list[str]:
    """Rewrite arguments of MMPretrain's test.py so that ``--tta`` finds a pipeline and the model.

    MMPretrain takes the pipeline of the test dataset and adds flips to it, unless the config has a
    ``tta_pipeline``. If the test dataset wraps another one, the pipeline is in the inner dataset.
    Then the new arguments name a copy of the config whose wrapper has the pipeline as well.

    Args:
        arguments: The script's arguments.
        folder: The folder of the copy.

    Raises:
        ValueError: The datasets have no pipeline or different ones, or the wrapper takes none.
    """
    config = next((a for a in arguments if a.endswith(CONFIG_ENDINGS) and Path(a).is_file()), None)
    if "--tta" not in arguments or config is None:
        return list(arguments)
    # Before MMPretrain merges --cfg-options, it wraps the model in one that averages.
    arguments = [re.sub(r"^model\.(?!module\.)", "model.module.", a) for a in arguments]
    cfg = Config.fromfile(config)
    dataset: Any = (cfg.get("test_dataloader") or {}).get("dataset") or {}
    if "tta_pipeline" in cfg or "pipeline" in dataset:
        return arguments
    found = [pipeline for pipeline in pipelines(dataset) if pipeline is not None]
    if not found or any(pipeline != found[0] for pipeline in found):
        number = "different pipelines" if found else "no pipeline"
        raise ValueError(
            f"{config}: test_dataloader.dataset has {number}, but --tta needs one: write "
            "tta_pipeline=[...] into the config."
        )
    kind = str(dataset.get("type"))
    if kind.rpartition(".")[2] not in _TAKES_PIPELINE:
        raise ValueError(
            f"{config}: test_dataloader.dataset is {kind}, which takes no pipeline of its own, but "
            "--tta needs one: put mmpartial.PartialLabelDataset around it, with setting='FAL' if "
            "all labels are known."
        )
    dataset.pipeline = found[0]
    copy = Path(folder) / Path(config).name  # the work_dir takes its name
    cfg.dump(str(copy))
    return [str(copy) if a == config else a for a in arguments]

"""Class priors in a file: how often a temporary model expects each class."""

import json
from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from ..utils.json_objects import load_json
from ..utils.whole_file import whole_file


def write_prior(path: Path, prior: Tensor, classes: Sequence[str]) -> None:
    """Write ``{class: prior}`` as JSON, whole or not at all."""
    text = json.dumps(dict(zip(map(str, classes), prior.tolist(), strict=True)))
    with whole_file(path, len(text)) as partial:
        partial.write_text(text)


def read_prior(path: str, classes: Sequence[str]) -> Tensor:
    """Read what :func:`write_prior` wrote, ``(L,)`` in [0, 1].

    Raises:
        FileNotFoundError: There is no such file; the message names the command that makes it.
        ValueError: It is another kind of file, or of other classes.
    """
    file = Path(path)
    if not file.exists():
        leaf, other = file.parent.name, "CONFIG --method class_prior"
        made = f"configs/csl/{leaf}.py" if leaf.startswith("csl-prior_") else other
        raise FileNotFoundError(
            f"the class prior {path} is not there: train the temporary model first, for example "
            f"with `python tools/train.py {made}`, which writes class_prior.json into its "
            "work_dir, and set model.head.loss.prior to that file."
        )
    if file.is_dir():
        raise ValueError(f"the class prior {path} is a folder: set its file.")
    try:
        prior = load_json(path)
    except ValueError:
        prior = None
    if not isinstance(prior, dict) or not all(map(_is_share, prior.values())):
        raise ValueError(
            f"{path} is no class prior: it is a JSON object of one number from 0 to 1 for each "
            "class, as mmpartial.ClassPriorHook writes it; train the temporary model again if it "
            "is damaged."
        )
    if list(prior) != list(map(str, classes)):
        raise ValueError(
            f"{path} is the prior of other classes than the training dataset's: train the "
            "temporary model on this dataset."
        )
    return torch.tensor(list(map(float, prior.values())))


def _is_share(value: object) -> bool:
    return type(value) in (int, float) and 0 <= value <= 1  # type: ignore[operator]

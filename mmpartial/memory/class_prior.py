"""Class priors: the mean prediction of each class by a temporary model."""

import json
from collections.abc import Sequence
from pathlib import Path

import torch
from mmengine.dist import all_reduce
from torch import Tensor

from ..utils.commands import command
from ..utils.json_objects import load_json
from ..utils.whole_file import whole_file


class MeanPrediction:
    """The running mean prediction of each class.

    Args:
        num_classes: C, the number of classes.
    """

    def __init__(self, num_classes: int):
        self.sums = torch.zeros(num_classes + 1, dtype=torch.float64)  # the last counts images

    def update(self, logits: Tensor) -> None:
        """Add the predictions of a batch, ``(N, C)`` logits, of each process."""
        prob = logits.double().sigmoid()
        new = torch.cat([prob.sum(0), prob.new_full((1,), len(prob))])
        all_reduce(new)
        self.sums = self.sums.to(new.device) + new

    def value(self) -> Tensor:
        """The mean so far, ``(C,)``."""
        return self.sums[:-1] / self.sums[-1].clamp(min=1)

    def state_dict(self, folder: str = "") -> Tensor:
        """The sums, with the number of images last."""
        return self.sums.cpu()

    def load_state_dict(self, state: Tensor | None, folder: str = "") -> None:
        """Restore the sums; a checkpoint without them changes nothing."""
        if state is not None:
            self.sums = state


def write_prior(path: Path, prior: Tensor, classes: Sequence[str]) -> None:
    """Write ``{class: prior}`` as JSON, whole or not at all."""
    text = json.dumps(dict(zip(map(str, classes), prior.tolist(), strict=True)))
    with whole_file(path, len(text)) as partial:
        partial.write_text(text)


def read_prior(path: str, classes: Sequence[str], key: str = "model.head.loss.prior") -> Tensor:
    """Read a file of :func:`write_prior`: ``(C,)`` float64 numbers in [0, 1].

    Args:
        path: The file.
        classes: The classes of the training dataset.
        key: The config key that names the file, for messages.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The file is of another kind, or has other classes.
    """
    file = Path(path)
    if not file.exists():
        leaf, other = file.parent.name, ["CONFIG", "--method", "class_prior"]
        made = [f"configs/csl/{leaf}.py"] if leaf.startswith("csl-prior_") else other
        raise FileNotFoundError(
            f"the class prior {path} is not there: train the temporary model first, for example "
            f"with `{command('train', *made)}`, which writes class_prior.json into its "
            f"work_dir, and set {key} to that file."
        )
    if file.is_dir():
        raise ValueError(f"the class prior {path} is a folder: set its file.")
    try:
        prior = load_json(path)
    except ValueError:
        prior = None
    if not isinstance(prior, dict) or not all(map(_is_share, prior.values())):
        raise ValueError(
            f"{path} is not a class prior, which is a JSON object of one number from 0 to 1 for "
            "each class, as mmpartial.ClassPriorHook writes it; train the temporary model again if "
            "it is damaged."
        )
    if list(prior) != list(map(str, classes)):
        raise ValueError(
            f"{path} is the prior of classes other than the training dataset's: train the "
            "temporary model on this dataset."
        )
    return torch.tensor(list(map(float, prior.values())), dtype=torch.float64)


def _is_share(value: object) -> bool:
    return type(value) in (int, float) and 0 <= value <= 1  # type: ignore[operator]

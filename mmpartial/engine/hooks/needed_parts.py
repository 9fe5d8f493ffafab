"""Finding the parts of a run that hooks need."""

from mmengine.hooks import Hook
from mmengine.runner import Runner

from ...datasets import PartialLabelDataset, find_partial
from ...models.heads import QSamplingMixin


def partial_dataset_and_heads(
    runner: Runner, hook: str
) -> tuple[PartialLabelDataset, list[QSamplingMixin]]:
    """The training dataset's wrapper, and the model's heads of mmpartial.

    Raises:
        ValueError: The wrapper or a head is missing.
    """
    dataset = find_partial(runner.train_dataloader.dataset)
    heads = [m for m in runner.model.modules() if isinstance(m, QSamplingMixin)]
    if dataset is None or not heads:
        raise ValueError(
            f"{hook} needs train_dataloader.dataset.type='mmpartial.PartialLabelDataset' and a "
            "head such as model.head.type='mmpartial.QSamplingHead'."
        )
    return dataset, heads


def need_loss(hook: Hook, found: object, loss: str, options: str = "") -> None:
    """Raise a ValueError, which says how to set the loss, unless the hook found its loss."""
    if not found:
        config = ", ".join(filter(None, (f"type='mmpartial.{loss}'", options)))
        raise ValueError(
            f"{type(hook).__name__} found no {loss} in the model: set model.head.loss="
            f"dict({config}), or take the hook out of custom_hooks (train.py's --method NAME "
            "takes another method, hooks included)."
        )

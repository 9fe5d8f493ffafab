"""Category-wise fine-tuning of a checkpoint, as a function."""

import copy
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import torch
from mmengine.config import Config
from mmengine.registry import init_default_scope
from mmpretrain.models.heads import MultiLabelLinearClsHead
from torch import Tensor

from ..datasets import PartialLabelDataset
from ..engine.category_wise import STEPS, Finetuned, finetune_rows
from ..engine.class_optimizers import OPTIMIZERS, HeadInputs
from ..engine.hooks.calibration_hook import KEPT
from ..formats.common.output_paths import check_new
from ..labels import NEGATIVE, POSITIVE, UNKNOWN
from ..utils.commands import command
from ..utils.machine import default_device
from ..utils.nested import of_type
from ..utils.whole_file import whole_file
from .model import read_trained
from .training_images import TrainedOn

UNKNOWN_AS = dict(ignore=UNKNOWN, negative=NEGATIVE, positive=POSITIVE)


class FinetunedClasses(NamedTuple):
    """The new checkpoint, and a table of the classes.

    For each class, the table has the numbers of known positives and negatives among the training
    and the held-out images; the step that gave the new weights; and average precision on the
    held-out images before and after, in percent. The step is 0 if no step promises a gain, and -1
    if labels are missing. The class then keeps its old weights.
    """

    file: Path
    table: pd.DataFrame


def finetune_classes(
    checkpoint: str | Path,
    config: str | Path | Config | None = None,
    method: str = "gradient",
    unknown: str = "ignore",
    steps: int = STEPS,
    out: str | Path | None = None,
    force: bool = False,
) -> FinetunedClasses:
    """Fine-tune each class of the last layer by itself, and write a new checkpoint.

    This is category-wise fine-tuning, https://arxiv.org/abs/2401.16991, see
    :func:`mmpartial.engine.category_wise.finetune_rows`. Each class keeps the step that promises
    most on the images that the training held out.

    **Differs from the authors' code**, which chooses the steps on the test set, and lets each class
    choose by itself. Here a class with few held-out labels follows the other classes, because its
    own best step is luck.

    Args:
        checkpoint: A checkpoint of a run with ``held_out`` and a linear head of mmpartial.
        config: The config, if it is not the one in the checkpoint.
        method: ``'gradient'``, or ``'genetic'`` for the genetic algorithm, which is 50 times as
            much work.
        unknown: An unknown label, in training and held-out images, does not count (``'ignore'``),
            or counts as ``'negative'`` or ``'positive'``.
        steps: The most steps of a class.
        out: The new checkpoint; by default ``_finetuned`` is added to the name. It has no
            thresholds and no calibration, since those of the old one do not fit its scores.
        force: Write over a file that exists.

    Raises:
        FileExistsError: The file exists.
        FileNotFoundError: There is no such checkpoint.
        ValueError: Nothing was held out, the head is not linear, no class has the labels that it
            needs, or an option is wrong.
    """
    init_default_scope("mmpretrain")
    _check_options(method, unknown, steps)
    source = Path(checkpoint)
    target = Path(out) if out else source.with_name(f"{source.stem}_finetuned.pth")
    check_new(target, force)
    content, cfg = read_trained(checkpoint, config)
    parts = [TrainedOn(checkpoint, _with_part(cfg, part, source)) for part in ("train", "held_out")]
    head, dataset = parts[0].model.head, parts[0].dataset
    _check_linear(head, source)
    _check_labels(dataset, content, source)
    train, held_out = (_inputs(part, unknown) for part in parts)
    layer: Any = head.fc
    rows = torch.cat([layer.weight, layer.bias[:, None]], 1).detach().to(train.features)
    found = finetune_rows(rows, train, held_out, method, steps)
    if (found.step < 0).all():
        raise ValueError(
            f"{source}: no class has a known positive and a known negative among both the training "
            "images and the held-out ones, so none can be fine-tuned: hold out more images, or "
            "give --unknown negative if hardly any negatives are known."
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    _write(content, found.rows, target)
    return FinetunedClasses(target, _table(dataset.metainfo["classes"], train, held_out, found))


def _check_options(method: str, unknown: str, steps: int) -> None:
    for name, value, known in (("method", method, OPTIMIZERS), ("unknown", unknown, UNKNOWN_AS)):
        if value not in known:
            raise ValueError(f"{name}={value!r}: choose one of {', '.join(map(repr, known))}.")
    if steps < 1:
        raise ValueError(f"steps={steps}: give 1 or more.")


def _with_part(cfg: Config, part: str, name: Path) -> Config:
    """The config with one of the two parts of the training images.

    Raises:
        ValueError: There is one part alone.
    """
    cfg = copy.deepcopy(cfg)
    found = of_type(cfg.train_dataloader.dataset, "PartialLabelDataset")
    if not found or not found[0].get("held_out"):
        dumped = sorted(name.parent.glob("*.py"))
        config = str(dumped[0]) if len(dumped) == 1 else "CONFIG"
        again = str(name.parent / "held_out")
        held_out = "train_dataloader.dataset.held_out=0.15"
        train = command("train", config, "--work-dir", again, "--cfg-options", held_out)
        raise ValueError(
            f"the training of {name} held out no images, and they choose the step of each class: "
            f"train again, with {train} and fine-tune the checkpoint in {again}."
        )
    found[0].update(part=part, unreadable="error")
    return cfg


def _check_linear(head: Any, name: Path) -> None:
    """Refuse a head whose logits are not a linear layer's."""
    own = type(head).forward is MultiLabelLinearClsHead.forward
    if not isinstance(head, MultiLabelLinearClsHead) or not own:
        raise ValueError(
            f"{name}: its head, a {type(head).__name__}, is not linear in the features, and "
            "fine-tuning by class needs a linear one, such as mmpartial.QSamplingHead."
        )


def _check_labels(dataset: PartialLabelDataset, content: dict, name: Path) -> None:
    """Refuse training images other than those of the checkpoint."""
    saved = content.get("label_hash")
    if saved not in (None, dataset.label_hash):
        raise ValueError(
            f"{name} was trained on other labels ({saved}, now {dataset.label_hash}), so nobody "
            "knows which images it has not seen: give the config and the data of its training."
        )


def _inputs(images: TrainedOn, unknown: str) -> HeadInputs:
    """What the head takes of some images, and their labels, on the GPU if there is one."""
    vectors = torch.ones(images.dataset.num_rows, images.model.head.in_channels + 1)
    for found in images:
        vectors[found.rows, :-1] = torch.from_numpy(found.features)
    labels = torch.from_numpy(images.dataset.labels.dense())
    labels[labels == UNKNOWN] = UNKNOWN_AS[unknown]
    device = default_device()
    return HeadInputs(vectors.to(device), labels.to(device))


def _write(content: dict, rows: Tensor, file: Path) -> None:
    """The checkpoint with other weights of the last layer."""
    rows = rows.to(content["state_dict"]["head.fc.weight"])  # from the GPU
    layer = {"head.fc.weight": rows[:, :-1].contiguous(), "head.fc.bias": rows[:, -1].contiguous()}
    kept = {key: content[key] for key in (*KEPT, "extractor") if key in content}
    with whole_file(file) as partial:
        torch.save(dict(kept, state_dict=content["state_dict"] | layer), partial)


def _table(classes: list, train: HeadInputs, held_out: HeadInputs, found: Finetuned) -> Any:
    columns: dict[str, Any] = {"class": classes}
    for part, inputs in (("train", train), ("held_out", held_out)):
        columns[f"{part}_positive"] = (inputs.labels == POSITIVE).sum(0).tolist()
        columns[f"{part}_negative"] = (inputs.labels == NEGATIVE).sum(0).tolist()
    columns["step"] = found.step.tolist()
    columns["AP_before"] = (100 * found.before).tolist()
    columns["AP_after"] = (100 * found.after).tolist()
    return pd.DataFrame(columns)

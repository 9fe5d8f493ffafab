"""Errors of mlcpl 0.1.7, each shown on a small input beside the right result."""

import tempfile
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from PIL import Image
from sklearn import metrics as sk
from torch import Tensor

from mmpartial.labels import LabelBatch
from mmpartial.models import losses as m

Error = tuple[str, str, str, str]
NAN = torch.nan


def errors(mlcpl: Any) -> Iterator[Error]:
    """For each error a sentence, the input, mlcpl's result and the right one."""
    yield from loss_errors(mlcpl.losses)
    yield from metric_errors(mlcpl.metrics)
    yield from other_errors(mlcpl)


def loss_errors(losses: Any) -> Iterator[Error]:
    """Errors of losses."""
    spa = losses.PartialStrictlyProperAsymmetricWithLogitLoss(reduction="none")
    ours = m.StrictlyProperAsymmetricLoss()
    x = torch.linspace(-30, 30, 60_001, dtype=torch.float64)
    positive, negative = torch.ones_like(x), torch.zeros_like(x)
    found, right = [], []
    for eta in (0.1, 0.25, 0.5):
        risk = eta * spa(x, positive) + (1 - eta) * spa(x, negative)
        found.append(ours.posterior(x[risk.argmin()]))
        elements = (ours.elements(x, LabelBatch.from_target(y)) for y in (positive, negative))
        risk = sum(share * e for share, e in zip((eta, 1 - eta), elements, strict=True))
        right.append(ours.posterior(x[risk.argmin()]))
    yield (
        "The strictly proper asymmetric loss (SPA) is not proper: it takes a probability for a "
        "logit.",
        "labels that are positive with probability 0.1, 0.25, 0.5: the probability with the least "
        "loss",
        numbers(found), numbers(right),
    )  # fmt: skip
    yield (
        "A loss is NaN if no label is known.", "no known label: BCE",
        number(losses.PartialBCEWithLogitLoss()(*none_known())), "0",
    )  # fmt: skip
    loss = losses.PartialBCEWithLogitLoss(reduction="sum")
    yield (
        "The losses take the logarithm of a rounded probability.",
        "a positive with the logit -120, in float32: BCE",
        number(loss(torch.tensor([[-120.0]]), torch.tensor([[1.0]]))), "120",
    )  # fmt: skip
    large = losses.LargeLossRejection(delta_rel=10.0, reduction="none")
    logits = torch.tensor([[-1.0, 0.0, 1.0, 2.0]])
    rejected = (large(logits, torch.full((1, 4), NAN), epoch=5) == 0).sum()
    yield (
        "LL-R and LL-Ct forget the last of the k entries with the largest losses.",
        "4 unknown labels, of which half should be rejected: the number of rejected labels",
        number(rejected), "2",
    )  # fmt: skip


def metric_errors(metrics: Any) -> Iterator[Error]:
    """Errors of metrics."""
    scores = torch.tensor([[3.0, 2.0, -1.0]])
    target = torch.tensor([[NAN, 1.0, 0.0]])
    yield (
        "`ranking_average_precision` counts unknown labels as negatives.",
        "an image with an unknown, a positive and a negative label, from the highest score to the "
        "lowest",
        number(metrics.partial_multilabel_ranking_average_precision(scores, target)),
        number(sk.label_ranking_average_precision_score([[1, 0]], scores[:, 1:])),
    )  # fmt: skip
    tied = [torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 1.0]])]
    losses = [metrics.partial_multilabel_ranking_loss(torch.zeros(1, 2), y) for y in tied]
    yield (
        "`ranking_loss` ranks equal scores by the order of the classes.",
        "a positive and a negative with equal scores, and the same the other way round",
        numbers(losses), numbers([sk.label_ranking_loss(y, [[0, 0]]) for y in tied]),
    )  # fmt: skip
    eleven = torch.arange(11.0, 0, -1, dtype=torch.float64)[:, None]
    best = metrics.partial_multilabel_recall_at_fixed_precision(
        eleven, torch.tensor([[1.0, 0.0, *[1.0] * 8, 0.0]]).T, min_precision=0.9
    )[0]
    yield (
        "`recall_at_fixed_precision` computes precision in float32, so it misses a precision of "
        "9/10 at 0.9.",
        "float64 scores: the recall", number(best), "1",
    )  # fmt: skip
    some = torch.tensor([[1.0, -1.0], [1.0, -1.0]]), torch.tensor([[1.0, 0.0], [NAN, NAN]])
    yield (
        "`ranking_loss` fails if an image has no known label.",
        "two images, one of which has no known label",
        attempt(metrics.partial_multilabel_ranking_loss, *some), "0, that of the other image",
    )  # fmt: skip
    logits = torch.tensor([[0.2, -3.0], [0.4, 3.0], [0.1, 2.0]])
    target = torch.tensor([[1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    recall = metrics.partial_multilabel_recall(logits, target, average="none")[0]
    yield (
        "Logits of a class that all lie in [0, 1] count as probabilities, without the sigmoid.",
        "a class whose positives have the logits 0.2 and 0.4: recall",
        number(recall), "1",
    )  # fmt: skip
    sure = torch.tensor([[0.9], [0.9], [0.1]]), torch.tensor([[1.0], [1.0], [0.0]])
    yield (
        "Calibration errors apply the sigmoid to probabilities, which other metrics do not.",
        "the probabilities 0.9, 0.9 and 0.1 of labels 1, 1 and 0: `expected_calibration_error`",
        number(metrics.partial_multilabel_expected_calibration_error(*sure)), "0.1",
    )  # fmt: skip
    half = torch.tensor([[0.0], [0.0]]), torch.tensor([[1.0], [1.0]])
    yield (
        "`average_calibration_error` divides by 16, one more than the number of bins, and counts "
        "empty bins as right.",
        "two positives with the probability 0.5",
        number(metrics.partial_multilabel_average_calibration_error(*half)), "0.5",
    )  # fmt: skip
    dice = attempt(metrics.partial_multilabel_dice, logits, target)
    yield "`dice` fails with torchmetrics 1.9, which its requirements allow.", "any", dice, "F1"


def other_errors(mlcpl: Any) -> Iterator[Error]:
    """Errors of the rest."""
    np.random.seed(0)
    cut = mlcpl.helper.CutoutPIL(0.5)
    wide = [np.asarray(cut(Image.new("RGB", (200, 20), "white"))) for _ in range(200)]
    reached = max(int((image != 255).any((0, 2)).nonzero()[0].max(initial=0)) for image in wide)
    yield (
        "`CutoutPIL` takes the width for the height.",
        "200 photos of 200 x 20 pixels: the rightmost column that it ever covers",
        str(reached), "199",
    )  # fmt: skip
    head = torch.nn.Linear(2, 1)
    genetic = mlcpl.cft.GAForLinear(
        head, device="cpu", metric=lambda x, y: -((x - 5) ** 2).mean().exp() * 0 + x.mean() + 50,
        mutation_range=1.0, num_pop=20,
    )  # fmt: skip
    bias = head.bias.detach().clone()
    for _ in range(5):
        genetic.step(torch.ones(4, 2), torch.tensor([[0.0], [1.0], [0.0], [1.0]]))
    yield (
        "`GAForLinear` stores the new bias in itself, not in the head.",
        "5 steps: the change of the head's bias",
        number((head.bias - bias).abs().max()), "above 0",
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        logger = mlcpl.helper.MultiLogger(folder, tblog=False)
        added = attempt(logger.add, "loss", 0.5)
        yield "`MultiLogger.add` fails.", "`MultiLogger.add('loss', 0.5)`", added, "logs 0.5"


def none_known() -> tuple[Tensor, Tensor]:
    """A logit, and an unknown label."""
    return torch.zeros(1, 1), torch.full((1, 1), NAN)


def attempt(function: Callable, *args: Any) -> str:
    """The result of a function, or the type of its error."""
    try:
        return number(function(*args))
    except Exception as error:  # whatever mlcpl's code raises
        return type(error).__name__


def number(value: Any) -> str:
    """A number in few digits."""
    return f"{float(value):.3g}"


def numbers(values: list[Tensor]) -> str:
    """Some numbers."""
    return ", ".join(map(number, values))

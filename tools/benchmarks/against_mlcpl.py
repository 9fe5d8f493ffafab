"""Compare metrics, losses and label mixing with the package mlcpl 0.1.7 on the same random inputs.

mlcpl (https://github.com/maxium0526/mlcpl, MIT license) is no requirement of this project. Install
it beside it, into an environment of its own if its requirements do not fit yours:

    pip install --no-deps mlcpl==0.1.7 lightning-utilities torchmetrics tensorboard xmltodict
    python tools/benchmarks/against_mlcpl.py

It prints two tables: the largest difference of each metric and loss, where gradients count as well;
and errors of mlcpl, each beside the right value.
"""

import warnings
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from typing import Any

import numpy as np
import torch
from mlcpl_errors import errors
from mlcpl_metrics import CLASSES, IMAGES, Row, as_nan, difference, inputs, metric_rows

from mmpartial.labels import LabelBatch
from mmpartial.launch import ToolParser
from mmpartial.models import losses as m
from mmpartial.models.mixing.logic_mix import three_valued_or
from mmpartial.models.mixing.mixup_pme import blended_labels
from mmpartial.testing import at_epoch

PRIOR = [0.02, 0.04, 0.1, 0.2, 0.3, 0.01, 0.4, 0.03]


def loss_rows(theirs: Any) -> Iterator[Row]:
    """Value and gradient of each loss of mlcpl."""
    asl = dict(gamma_pos=1.0, gamma_neg=4.0, clip=0.05)
    ours_of = dict(
        BCE=dict(gamma_neg=0.0), Focal=dict(gamma_pos=2.0, gamma_neg=2.0), Asymmetric=asl
    )
    theirs_of = dict(BCE={}, Focal=dict(gamma=2.0), Asymmetric=asl)
    for kind, options in ours_of.items():
        for mode, unknown in (("", "ignore"), ("Negative", "negative"), ("Selective", "selective")):
            own: dict[str, Any] = dict(theirs_of[kind])
            same: dict[str, Any] = dict(options, gamma_unknown=options["gamma_neg"])
            if unknown == "selective":
                own["label_priors"], same["prior"] = torch.tensor(PRIOR), PRIOR
            name = f"Partial{mode}{kind}WithLogitLoss"
            loss = getattr(theirs, name)(**own, reduction="sum")
            ours = m.PartialAsymmetricLoss(unknown=unknown, **same)
            yield name, f"PartialAsymmetricLoss(unknown={unknown!r})", loss_difference(loss, ours)
    entries = int((inputs()[1] < 0).sum())
    for name, mode in (("LargeLossRejection", "LL-R"), ("LargeLossCorrectionTemporary", "LL-Ct")):
        large, rejected = getattr(theirs, name)(delta_rel=1.0), round(entries * 0.05) - 1
        same_k = m.LargeLoss(mode=mode, delta=(rejected - 0.5) / (IMAGES * CLASSES))
        with at_epoch(1):  # the second: delta counts once
            error = loss_difference(lambda x, y, large=large: large(x, y, epoch=5), same_k)
        yield name, f"LargeLoss(mode={mode!r}), with the k that mlcpl really uses", error
    spa = theirs.PartialStrictlyProperAsymmetricWithLogitLoss()
    error = loss_difference(spa, m.StrictlyProperAsymmetricLoss())
    yield "PartialStrictlyProperAsymmetricWithLogitLoss", "StrictlyProperAsymmetricLoss", error


def loss_difference(theirs: Callable, ours: Callable) -> float:
    """The largest difference of values, as a share, and of gradients."""
    logits, labels = inputs()
    a, b = (logits.clone().requires_grad_() for _ in range(2))
    their_value = theirs(a, as_nan(labels))
    our_value = ours(b, LabelBatch.from_target(labels.double()))
    their_value.backward()
    our_value.backward()
    value = abs(float(their_value.detach() / our_value.detach()) - 1)
    return max(value, difference(a.grad, b.grad))


def mixing_rows(theirs: Any) -> Iterator[Row]:
    """Labels of mixtures."""
    _, labels = inputs()
    target = as_nan(labels)
    pairs = []
    for k in (2, 3):
        groups = torch.randint(IMAGES, (IMAGES, k), generator=torch.Generator().manual_seed(k))
        mixed = torch.stack([theirs.logic_mix.logic_mix_target(target[rows]) for rows in groups])
        union = labels[groups[:, 0]]
        for column in range(1, k):
            union = three_valued_or(union, labels[groups[:, column]])
        pairs.append((torch.nan_to_num(mixed, nan=-1), union))
    yield "LogicMix, labels", "LogicMix", max(difference(*pair) for pair in pairs)
    np.random.seed(0)
    mixed = theirs.mixup_pme_with_batch(torch.zeros(IMAGES, 1), target, alpha=0.75)[1]
    np.random.seed(0)
    share = torch.tensor(np.random.uniform(0.75, 1))
    first, second = labels.double().chunk(2)
    ours = blended_labels(first, second, share)
    yield "MixUpPME, labels", "MixUpPME", difference(torch.nan_to_num(mixed, nan=-1), ours)


def main() -> None:
    ToolParser(__doc__).parse_args()
    if find_spec("mlcpl") is None:
        raise SystemExit(
            "mlcpl is not installed: pip install --no-deps mlcpl==0.1.7 lightning-utilities "
            "torchmetrics tensorboard xmltodict"
        )
    import mlcpl  # no requirement of this project

    warnings.simplefilter("ignore")
    print("| mlcpl | mmpartial | largest difference |\n|---|---|---|")
    for part, rows in ((mlcpl.metrics, metric_rows), (mlcpl.losses, loss_rows),
                       (mlcpl.augs, mixing_rows)):  # fmt: skip
        for theirs, ours, error in rows(part):
            print(f"| `{theirs}` | {ours} | {error:.1e} |")
    print("\n| error of mlcpl 0.1.7 | input, and what is computed | mlcpl | right |")
    print("|---|---|---|---|")
    for row in errors(mlcpl):
        print(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    main()

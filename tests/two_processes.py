"""Run by ``torch.distributed.run``: half a batch in each of two processes weighs as the whole."""

import inspect
from dataclasses import replace

import torch
import torch.distributed as dist

from mmpartial.engine.distributed import close_cpu_group
from mmpartial.labels import LabelBatch
from mmpartial.labels.matrix import LabelMatrix
from mmpartial.memory.label_estimates import LabelEstimates
from mmpartial.memory.loss_state import LossState
from mmpartial.models import (
    DeepMaxentLoss,
    LargeLoss,
    PartialAsymmetricLoss,
    PartialImbalanceLoss,
    PULoss,
    ROLELoss,
    TwoWayLoss,
)
from mmpartial.testing import at_epoch, batch, set_up, training_labels
from tests.models.test_contract import VARIANTS

BY_BATCH = [  # losses that look at a batch as a whole; with sync=True, at that of all processes
    *((LargeLoss, dict(mode=mode, delta=0.05)) for mode in ("LL-R", "LL-Ct", "LL-Cp")),
    (PartialAsymmetricLoss, dict(unknown="selective", likelihood_topk=1)),
    (TwoWayLoss, {}), (TwoWayLoss, dict(unknown="ignore")), (PULoss, {}),
    (DeepMaxentLoss, {}),
]  # fmt: skip
OF_ALL = [  # where a process may have fewer labels than are chosen
    (LargeLoss, dict(delta=0.2)),
    (PartialAsymmetricLoss, dict(unknown="selective", likelihood_topk=5)),
]


def part_of(labels, rows):
    """Some rows of a batch."""
    fields = ("target", "selected", "pseudo", "row", "group")
    return replace(labels, **{name: getattr(labels, name)[rows] for name in fields})


def value_and_gradient(cls, options, rows):
    """Value and gradient of a part of a batch in one vector, and what the loss remembers."""
    logits, labels = batch(seed=3)
    x = logits[rows].requires_grad_()
    loss = set_up(cls(**options), training_labels())
    with at_epoch(5):
        value = loss(x, part_of(labels, rows))
    value.backward()
    gradient = torch.zeros_like(logits)
    gradient[rows] = x.grad
    return torch.cat([value.detach()[None], gradient.flatten()]), LossState([loss]).state_dict()


def estimates(rows):
    """Label estimates after two steps on a part of a batch."""
    logits, labels = batch(seed=3)
    known = LabelMatrix.from_dense(training_labels()[: len(logits)])
    estimator = LabelEstimates(known, "owner", seed=0, max_memory=1.0, lr_mult=10.0)
    estimator.optimizer.param_groups[0]["lr"] = 0.1
    loss = ROLELoss(expected_positives=2.9)
    for _ in range(2):
        row = labels.row[rows]
        leaf = estimator.logits.detach()[row].requires_grad_()
        value = loss(logits[rows], replace(part_of(labels, rows), pseudo=leaf.sigmoid()))
        estimator.add(row, torch.autograd.grad(value, leaf)[0])
        estimator.end_step()
    return estimator.logits.detach()


def averages_of(cls):
    """The options of a loss for each average that it takes."""
    if "average" not in inspect.signature(cls).parameters:
        return [{}]
    return [dict(average=average) for average in ("image", "known", "element", "sum")]


def check_all_losses():
    """Value and gradient of all losses that do not look at a process's batch as a whole."""
    whole, half = [], []
    variants = [
        (cls, options | average)
        for cls, options in VARIANTS
        for average in averages_of(cls)
        if cls is not PartialImbalanceLoss and not cls(**options).per_batch
    ] + [(cls, options | dict(sync=True)) for cls, options in OF_ALL + BY_BATCH]
    for cls, options in variants:
        whole.append(value_and_gradient(cls, options, slice(None)))
    estimated = estimates(slice(None))
    dist.init_process_group("gloo")
    rows = slice(dist.get_rank() * 3, dist.get_rank() * 3 + 3)
    for cls, options in variants:
        values, memory = value_and_gradient(cls, options, rows)
        dist.all_reduce(values)
        half.append((values / 2, memory))
    for (cls, options), a, b in zip(variants, whole, half, strict=True):
        torch.testing.assert_close(b, a, msg=lambda m, cls=cls, o=options: f"{cls} {o}: {m}")
    assert any(state[0] for _, state in half)
    for (cls, options), (value, _) in zip(BY_BATCH, whole[-len(BY_BATCH) :], strict=True):
        alone, _ = value_and_gradient(cls, options, rows)
        dist.all_reduce(alone)
        assert not torch.allclose(alone / 2, value), (cls, options)
    torch.testing.assert_close(estimates(rows), estimated)
    print(f"{len(variants)} losses are equal")


def check_imbalance_loss():
    """The project's own loss with ``ratio_sync``, and that it is not without."""
    generator = torch.Generator().manual_seed(0)
    shape = (8, 6)
    logits = torch.randn(shape, generator=generator, dtype=torch.float64)
    target = torch.tensor([1.0, 0.0, -1.0]).double()
    target = target[torch.randint(0, 3, shape, generator=generator)]
    target[:4] = target[:4].clamp(min=-1, max=0)  # the halves differ in their proportions
    selected = (target == -1) & (torch.rand(shape, generator=generator) < 0.7)
    pseudo = torch.rand(shape, generator=generator, dtype=torch.float64)

    def value(rows, **options):
        loss = PartialImbalanceLoss(gate=0.5, **options)
        return loss(logits[rows], LabelBatch(target[rows], selected[rows], pseudo[rows]))

    half = slice(dist.get_rank() * 4, dist.get_rank() * 4 + 4)
    for ratio in ("per_part", "soft", "soft_used", "known_over_known"):
        for scope in ("batch", "class"):
            for weighting in ("none", "ratio"):
                options = dict(ratio_mode=ratio, ratio_scope=scope, pseudo_weighting=weighting)
                mean = value(half, ratio_sync=True, **options) / 2
                dist.all_reduce(mean)
                torch.testing.assert_close(mean, value(slice(None), **options))
                alone = value(half, **options) / 2
                dist.all_reduce(alone)
                assert not torch.allclose(alone, mean), options
    print("equal")


def main():
    check_all_losses()
    check_imbalance_loss()
    close_cpu_group()


if __name__ == "__main__":
    main()

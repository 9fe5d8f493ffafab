"""Run by ``torch.distributed.run``: two processes find what one finds, padded samples or not."""

import warnings

import torch
import torch.distributed as dist
from mmengine.dataset import DefaultSampler

from mmpartial.evaluation import PartialMultiLabelMetric
from mmpartial.evaluation.named_metrics import EXACT, NAMES
from tests.evaluation.test_calculate import random_test

BINNED = [name for name in NAMES if name not in EXACT]


def evaluate(size, batch, **options):
    """Of this process's samples, as MMEngine's sampler deals them out."""
    scores, labels = (torch.tensor(x).float() for x in random_test(size))
    indices = list(DefaultSampler(range(size), shuffle=False))
    metric = PartialMultiLabelMetric(**options)
    for start in range(0, len(indices), batch):
        samples = indices[start : start + batch]
        metric.process(None, [dict(pred_score=scores[i], gt_score=labels[i]) for i in samples])
    found = metric.evaluate(size)
    expected = PartialMultiLabelMetric.calculate(scores, labels, **options)
    for name, value in expected.metrics.items():
        message = f"{name} of {size} images, {options}"
        torch.testing.assert_close(found[f"multi-label/{name}"], value, equal_nan=True, msg=message)
    if dist.get_rank() == 0:
        assert metric.report.per_class["positive"].equals(expected.per_class["positive"])
    else:
        assert metric.report is None


def main():
    warnings.simplefilter("ignore")
    dist.init_process_group("gloo")
    for size in (58, 59, 1):
        for batch in (8, 10, 29):
            for options in (
                dict(further_metrics=NAMES),
                dict(bins=50, further_metrics=BINNED),
                dict(protocol="unknown_negative", topk=2),
            ):
                evaluate(size, batch, **options)
    print("equal")
    dist.barrier()
    dist.destroy_process_group()


if __name__ == "__main__":
    main()

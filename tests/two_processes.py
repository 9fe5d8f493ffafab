"""Run by ``torch.distributed.run``: half a batch in each of two processes weighs as the whole."""

import torch
import torch.distributed as dist

from mmpartial.labels import LabelBatch
from mmpartial.models import PartialImbalanceLoss


def main():
    dist.init_process_group("gloo")
    generator = torch.Generator().manual_seed(0)
    shape = (8, 6)
    logits = torch.randn(shape, generator=generator, dtype=torch.float64)
    target = torch.tensor([1.0, 0.0, -1.0]).double()
    target = target[torch.randint(0, 3, shape, generator=generator)]
    target[:4] = target[:4].clamp(min=-1, max=0)  # the halves differ in their proportions
    selected = (target == -1) & (torch.rand(shape, generator=generator) < 0.7)
    pseudo = torch.rand(shape, generator=generator, dtype=torch.float64)

    def value(rows, **options):
        loss = PartialImbalanceLoss(gate=40.0, **options)
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
    dist.barrier()
    dist.destroy_process_group()


if __name__ == "__main__":
    main()

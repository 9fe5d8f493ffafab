"""Measure the time of each loss, forward and backward in float32 on the CPU, as ratios.

The first columns divide the time of a loss by the time of BCE-with-logits. With ``--authors DIR``
the others divide it by the time of the authors' code on the same inputs: below 1, our loss is
faster. Both sides of a ratio take turns in one process, and the ratio compares their medians.
Before the timing, value and gradient must equal the authors'. Where authors published two variants
of a loss (ASL), the faster one counts.

DIR holds clones of these GitHub repositories, each in a folder of the repository's name:

    Alibaba-MIIL/ASL, Alibaba-MIIL/PartialLabelingCSL, Correr-Zhou/SPML-AckTheUnknown,
    HCPLab-SYSU/HCP-MLR-PL, LUMIA-Group/APL, TAKELAMAG/PU-MLC, cvl-umass/l48-benchmarking,
    elijahcole/single-positive-multi-label, kalelpark/RAL, snucml/LargeLossMatters,
    tk1980/TwoWayMultiLabelLoss, wannature/COMIC, wutong16/DistributionBalancedLoss,
    xinyu1205/robust-loss-mlml, yan4xi1/GRLoss

None of their code is a part of this project. The two-way loss and ZLPR are compared with timm's,
too. The authors of PartialImbalanceLoss, of SPA and of PLM published no code (a port of PLM to
NumPy and Keras exists, but its time cannot be compared).
HeadTailBalancerLoss is left out: it calls another loss four times.
"""

import argparse
import re
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
import torch.nn.functional as F
from mmengine.registry import init_default_scope
from newer_losses import our_newer_losses, their_newer_losses
from torch import Tensor, nn

from mmpartial.labels import LabelBatch
from mmpartial.models import losses as m
from mmpartial.testing import at_epoch, set_up, training_labels

SHAPES = ((128, 80), (128, 600), (128, 9605))
EPOCH = 5  # counted from 1
LARGE_LOSSES = ("LL-R", "LL-Ct", "LL-Cp")
ASL: dict[str, Any] = dict(gamma_neg=4, gamma_pos=1, clip=0.05)
CSL: dict[str, Any] = dict(gamma_pos=0, gamma_neg=1, clip=0)
SELECTIVE: dict[str, Any] = dict(likelihood_topk=5, prior_threshold=0.5)

Function = Callable[[Tensor], Tensor]


class Inputs:
    """Logits, labels with a third of each state, and counts of training labels."""

    def __init__(self, images: int, classes: int):
        generator = torch.Generator().manual_seed(0)
        shape = (images, classes)
        self.logits = torch.randn(shape, generator=generator, requires_grad=True)
        self.target = torch.randint(-1, 2, shape, generator=generator).float()
        self.assumed = self.target.clamp(min=0)  # as in most authors' code: unknown is 0
        self.pseudo = torch.rand(shape, generator=generator)
        self.estimates = self.pseudo.clone().requires_grad_()
        self.prior = torch.rand(classes, generator=generator)
        self.training_labels = labels = training_labels(classes)
        labels[:2] = [[1], [0]]  # no class without positives or negatives
        positive = torch.from_numpy(labels == 1).float()
        self.images, self.counts, self.pairs = len(labels), positive.sum(0), positive.T @ positive

    def labels(self, negatives: bool = True, pseudo: Tensor | None = None) -> LabelBatch:
        """Make the labels; for authors' code without negatives, these become unknown."""
        target = self.target if negatives else torch.where(self.target == 1, 1.0, -1.0)
        row = torch.arange(len(target))
        return LabelBatch(target, target == -1, pseudo, row, all_selected=True)

    def half_labelled(self) -> Tensor:
        """Make pseudo labels for half of the entries; the others are NaN."""
        return self.pseudo.masked_fill(self.pseudo < 0.5, torch.nan)


def our_losses(inputs: Inputs) -> dict[str, tuple[nn.Module, LabelBatch]]:
    """Make each loss and its labels, by the name of the table's row."""
    plain, positives = inputs.labels(), inputs.labels(negatives=False)
    asl = m.PartialAsymmetricLoss(gamma_unknown=4, **ASL)
    pasl = m.PartialAsymmetricLoss(gamma_unknown=4, **CSL)
    rows: dict[str, tuple[nn.Module, LabelBatch]] = {
        "PartialBCELoss (AN)": (m.PartialBCELoss(), plain),
        "PartialBCELoss (AN), eps='cole'": (m.PartialBCELoss(eps="cole"), plain),
        "PartialBCELoss (AN-LS)": (m.PartialBCELoss(label_smoothing=0.1), plain),
        "PartialBCELoss (IU)": (m.PartialBCELoss(unknown="ignore"), plain),
        "PartialBCELoss (SST)": (m.PartialBCELoss(unknown="ignore", average="known"), plain),
        "WeakAssumeNegativeLoss": (m.WeakAssumeNegativeLoss(), plain),
        "ExpectedPositiveLoss": (m.ExpectedPositiveLoss(expected_positives=2.9), plain),
        "ROLELoss": (
            m.ROLELoss(expected_positives=2.9), inputs.labels(pseudo=inputs.estimates)
        ),
        "EntropyMaximizationLoss (EM)": (m.EntropyMaximizationLoss(), positives),
        "EntropyMaximizationLoss (EM+APL)": (
            m.EntropyMaximizationLoss(), inputs.labels(False, inputs.half_labelled())
        ),
        "PartialAsymmetricLoss (ASL)": (asl, plain),
        "PartialAsymmetricLoss (P-ASL)": (pasl, plain),
        "PartialAsymmetricLoss (CSL)": (selective_loss(inputs), plain),
        "DecoupledAsymmetricLoss (DP-ASL)": (m.DecoupledAsymmetricLoss(), half_mixed(plain)),
        "HillLoss": (m.HillLoss(), plain),
        "SPLCLoss": (m.SPLCLoss(), positives),
        "PartialFocalLoss": (m.PartialFocalLoss(), plain),
    }  # fmt: skip
    rows |= {f"LargeLoss ({mode})": (m.LargeLoss(mode=mode), plain) for mode in LARGE_LOSSES}
    return rows | our_counting_losses(inputs) | our_newer_losses(inputs)


def half_mixed(labels: LabelBatch) -> LabelBatch:
    """Mark every other image as a mixture."""
    return replace(labels, mixed=torch.arange(len(labels.target)) % 2 == 1)


def selective_loss(inputs: Inputs) -> nn.Module:
    return m.PartialAsymmetricLoss(
        unknown="selective", prior=inputs.prior.tolist(), gamma_unknown=4,
        **CSL, **SELECTIVE,
    )  # fmt: skip


def our_counting_losses(inputs: Inputs) -> dict[str, tuple[nn.Module, LabelBatch]]:
    """Make the losses that need counts of training labels, and those without authors' code."""
    plain = inputs.labels()
    counts = inputs.counts.tolist()
    ratio = (inputs.counts / (inputs.images - inputs.counts)).tolist()
    stock = dict(type="mmpretrain.AsymmetricLoss")
    return {
        "DistributionBalancedLoss": (
            m.DistributionBalancedLoss(class_counts=counts, num_images=inputs.images), plain
        ),
        "MultiFocalModifierLoss": (
            m.MultiFocalModifierLoss(class_counts=counts, cooccurrence_counts=inputs.pairs), plain
        ),
        "MultiFocalModifierLoss (multi-grained)": (
            m.MultiFocalModifierLoss(
                class_counts=counts, cooccurrence=False, exponent=1 / 6, gamma_neg=4
            ), plain
        ),
        "ReflectiveLabelCorrectorLoss": (
            m.ReflectiveLabelCorrectorLoss(class_counts=counts), inputs.labels(negatives=False)
        ),
        "PartialLabelMaskingLoss (BCE)": (
            m.PartialLabelMaskingLoss(
                loss=m.PartialBCELoss(), positive_ratio=ratio, ideal_ratio=0.5
            ), plain
        ),
        "PartialImbalanceLoss": (
            set_up(m.PartialImbalanceLoss(p_mode="off"), inputs.training_labels),
            inputs.labels(pseudo=inputs.pseudo),
        ),
        "RankedImbalanceLoss": (
            set_up(m.RankedImbalanceLoss(p_mode="off"), inputs.training_labels),
            inputs.labels(pseudo=inputs.pseudo),
        ),
        "AssumeNegative (AsymmetricLoss)": (m.AssumeNegative(loss=stock), plain),
        "IgnoreUnknown (AsymmetricLoss)": (m.IgnoreUnknown(loss=stock), plain),
    }  # fmt: skip


class Authors:
    """The authors' code.

    Args:
        folder: Where the clones of their repositories are.
    """

    # Imports of their other files, and of libraries that read files and draw plots.
    UNUSED = re.compile(
        r"^(from \.|(import|from) (losses|mmcv|matplotlib|sklearn|pandas)).*$", re.M
    )

    def __init__(self, folder: Path):
        self.folder = folder

    def load(self, repository: str, *files: str) -> Any:
        """Execute files one after the other, and return their definitions as one module.

        Their code runs on a GPU; replacements in its text make it run on the CPU.
        """
        names: dict[str, Any] = {
            "__name__": repository,
            "print": lambda *args: None,
            "mmcv": SimpleNamespace(load=lambda file: file),  # the argument holds the contents
            "LOSSES": SimpleNamespace(register_module=lambda cls: cls),
        }
        for file in files:
            path = self.folder / repository / file
            text = path.read_text().replace(".cuda()", "").replace("('cuda')", "('cpu')")
            # LL compares texts by identity, and the result depends on the interpreter.
            text = self.UNUSED.sub("", text).replace("is 'LL-Cp'", "== 'LL-Cp'")
            # DB adds to the logits in place, which torch forbids for leaves.
            text = text.replace("logits += self.init_bias", "logits = logits + self.init_bias")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                exec(compile(text, path, "exec"), names)
        return SimpleNamespace(**names)


def their_losses(inputs: Inputs, authors: Authors) -> dict[str, list[Function]]:
    """Make functions of the logits from the authors' code, for each row."""
    return {
        **cole_losses(inputs, authors),
        **em_losses(inputs, authors),
        **asymmetric_losses(inputs, authors),
        **large_losses(inputs, authors),
        **other_losses(inputs, authors),
        **comic_losses(inputs, authors),
        **their_newer_losses(inputs, authors),
    }


def cole_losses(inputs: Inputs, authors: Authors) -> dict[str, list[Function]]:
    """Make AN, AN-LS, IU, WAN, EPR and ROLE, which take probabilities."""
    code = authors.load("single-positive-multi-label", "losses.py")
    options = dict(num_classes=inputs.target.shape[1], ls_coef=0.1, expected_num_pos=2.9)
    iu = torch.where(inputs.target == -1, 0.0, 2 * inputs.target - 1)  # 1, -1, 0 unknown

    def loss(name: str, observed: Tensor = inputs.assumed) -> list[Function]:
        def function(x: Tensor) -> Tensor:
            batch = dict(preds=x.sigmoid(), label_vec_obs=observed, label_vec_est=inputs.estimates)
            return code.compute_batch_loss(batch, dict(options, loss=name), {})["loss_tensor"]

        return [function]

    return {
        "PartialBCELoss (AN)": loss("an"),
        "PartialBCELoss (AN), eps='cole'": loss("an"),
        "PartialBCELoss (AN-LS)": loss("an_ls"),
        "PartialBCELoss (IU)": loss("iu", iu),
        "WeakAssumeNegativeLoss": loss("wan"),
        "ExpectedPositiveLoss": loss("epr"),
        "ROLELoss": loss("role"),
    }


def em_losses(inputs: Inputs, authors: Authors) -> dict[str, list[Function]]:
    """Make EM and EM+APL, whose labels are 1, 0 for unknown, and -s for a pseudo label s."""
    code = authors.load("SPML-AckTheUnknown", "losses.py")
    pseudo = inputs.half_labelled()
    with_pseudo = torch.where((inputs.target < 1) & ~pseudo.isnan(), -pseudo, inputs.assumed)
    options = dict(alpha=0.1, beta=0.9)

    def loss(name: str, observed: Tensor) -> list[Function]:
        def function(x: Tensor) -> Tensor:
            batch = dict(preds=x.sigmoid(), label_vec_obs=observed, label_vec_true=observed)
            result = code.compute_batch_loss(batch, dict(options, loss=name), dict(device="cpu"))
            return result["loss_tensor"]

        return [function]

    return {
        "EntropyMaximizationLoss (EM)": loss("EM", inputs.assumed),
        "EntropyMaximizationLoss (EM+APL)": loss("EM_APL", with_pseudo),
    }


def asymmetric_losses(inputs: Inputs, authors: Authors) -> dict[str, list[Function]]:
    """Make ASL in both variants, P-ASL and CSL."""
    code = authors.load("ASL", "src/loss_functions/losses.py")
    plain = code.AsymmetricLoss(**ASL, disable_torch_grad_focal_loss=True)
    optimized = code.AsymmetricLossOptimized(**ASL, disable_torch_grad_focal_loss=True)
    csl = authors.load("PartialLabelingCSL", "src/loss_functions/partial_asymmetric_loss.py")
    options = dict(CSL, **SELECTIVE, gamma_unann=4, alpha_pos=1, alpha_neg=1, alpha_unann=1)
    p_asl, selective = (
        csl.PartialSelectiveLoss(
            SimpleNamespace(**options, partial_loss_mode=mode, prior_path=None)
        )
        for mode in ("negative", "selective")
    )
    selective.prior_classes = dict(enumerate(inputs.prior.tolist()))  # theirs is in a file
    return {
        "PartialAsymmetricLoss (ASL)": [
            lambda x: plain(x, inputs.assumed), lambda x: optimized(x, inputs.assumed)
        ],
        "PartialAsymmetricLoss (P-ASL)": [lambda x: p_asl(x, inputs.target)],
        "PartialAsymmetricLoss (CSL)": [lambda x: selective(x, inputs.target)],
    }  # fmt: skip


def large_losses(inputs: Inputs, authors: Authors) -> dict[str, list[Function]]:
    code = authors.load("LargeLossMatters", "losses.py")
    observed = torch.where(inputs.target == -1, 0.0, 2 * inputs.target - 1)
    options = dict(delta_rel=0.002, clean_rate=1 - (EPOCH - 1) * 0.002)

    def loss(mode: str) -> list[Function]:
        settings = dict(options, mod_scheme=mode)
        return [lambda x: code.compute_batch_loss(x, observed, settings)[0]]

    return {f"LargeLoss ({mode})": loss(mode) for mode in LARGE_LOSSES}


def other_losses(inputs: Inputs, authors: Authors) -> dict[str, list[Function]]:
    """Make Hill, SPLC, partial BCE of SST, focal loss and DB."""
    y = inputs.assumed
    robust = authors.load("robust-loss-mlml", "src/loss_functions/losses.py")
    hill, splc = robust.Hill(), robust.SPLC()
    with warnings.catch_warnings():  # reduce=False is deprecated
        warnings.simplefilter("ignore")
        sst = authors.load("HCP-MLR-PL", "loss/SST.py").BCELoss(reduce=True, size_average=True)
    signs = torch.where(inputs.target == -1, 0.0, 2 * inputs.target - 1)
    files = ("utils", "cross_entropy_loss", "focal_loss", "resample_loss")
    db = authors.load(
        "DistributionBalancedLoss", *(f"mllt/models/losses/{file}.py" for file in files)
    )
    focal = db.FocalLoss(use_sigmoid=True)
    frequencies = dict(class_freq=inputs.counts, neg_class_freq=inputs.images - inputs.counts)
    balanced = db.ResampleLoss(
        use_sigmoid=True, reweight_func="rebalance",
        focal=dict(focal=True, balance_param=2.0, gamma=2),
        logit_reg=dict(neg_scale=2.0, init_bias=0.05),
        map_param=dict(alpha=0.1, beta=10.0, gamma=0.2), freq_file=frequencies,
    )  # fmt: skip
    return {
        "HillLoss": [lambda x: hill(x, y)],
        "SPLCLoss": [lambda x: splc(x, y, EPOCH - 1)],
        "PartialBCELoss (SST)": [lambda x: sst(x, signs)],
        "PartialFocalLoss": [lambda x: focal(x, y).mean()],  # their trainer averages
        "DistributionBalancedLoss": [lambda x: balanced(x, y).mean()],
    }


def comic_losses(inputs: Inputs, authors: Authors) -> dict[str, list[Function]]:
    """Make COMIC's modifier, multi-grained focal loss and label corrector; labels are integers."""
    y = inputs.assumed.long()

    names = ("PriorFocalModifierLoss", "Multi-GrainedFocalLoss", "ReflectiveLabelCorrectorLoss")
    code = authors.load("COMIC", *(f"loss/{name}.py" for name in names))
    with tempfile.TemporaryDirectory() as folder:
        counts = Path(folder) / "distribution.txt"
        counts.write_text(",".join(str(int(count)) for count in inputs.counts))
        modifier = code.PriorFocalModifierLoss(gamma_pos=0, distribution_path=counts)
        grained = code.MultiGrainedFocalLoss(distribution_path=counts)
        for loss in (modifier, grained):
            loss.create_weight(counts)
        corrector = code.ReflectiveLabelCorrectorLoss(distribution_path=counts)
    modifier.co_occurrence_matrix = inputs.pairs / inputs.pairs.sum(0)  # theirs is in a file
    return {
        "MultiFocalModifierLoss": [lambda x: modifier(x, y)],
        "MultiFocalModifierLoss (multi-grained)": [lambda x: grained(x, y)],
        "ReflectiveLabelCorrectorLoss": [lambda x: corrector(x, y, EPOCH)],
    }


def check(name: str, ours: Function, theirs: Function, leaves: list[Tensor]) -> None:
    """Check that two losses agree.

    Raises:
        AssertionError: Their values or gradients differ.
    """
    x = leaves[0]
    a, b = ours(x), theirs(x)
    torch.testing.assert_close(a, b, rtol=1e-4, atol=0, msg=lambda text: f"{name}: {text}")
    pairs = zip(torch.autograd.grad(a, leaves), torch.autograd.grad(b, leaves), strict=True)
    for g, h in pairs:
        difference = ((g - h).norm() / h.norm()).item()
        assert difference < 1e-3, f"{name}: the gradients differ by {difference:.2g} of theirs"


def alternate(
    functions: Sequence[Callable[[], object]], seconds: float, most: int = 300
) -> list[float]:
    """Call functions in turns for some seconds, at least 3 times; return their median seconds."""
    times: list[list[float]] = [[] for _ in functions]
    for function in functions:
        function()
    end = time.perf_counter() + seconds
    while len(times[0]) < 3 or (time.perf_counter() < end and len(times[0]) < most):
        pairs = list(zip(functions, times, strict=True))
        # The order alternates because the previous function decides what caches hold.
        for function, record in pairs if len(times[0]) % 2 else reversed(pairs):
            start = time.perf_counter()
            function()
            record.append(time.perf_counter() - start)
    return [statistics.median(record) for record in times]


def measure(
    inputs: Inputs, authors: Authors | None, seconds: float
) -> dict[str, tuple[float, float | None]]:
    """Compute each loss's ratios to BCE-with-logits and to the authors' code (None without)."""
    theirs = their_losses(inputs, authors) if authors else {}
    ratios: dict[str, tuple[float, float | None]] = {}
    for name, (loss, labels) in our_losses(inputs).items():
        leaves = [inputs.logits]
        if labels.pseudo is not None and labels.pseudo.requires_grad:
            leaves.append(labels.pseudo)

        def ours(x: Tensor, loss: nn.Module = loss, labels: LabelBatch = labels) -> Tensor:
            return loss(x, labels)

        def step(function: Function, leaves: list[Tensor] = leaves) -> Callable[[], object]:
            return lambda: torch.autograd.grad(function(leaves[0]), leaves)

        others = theirs.get(name, [])
        for other in others:
            check(name, ours, other, leaves)
        bce = step(lambda x: F.binary_cross_entropy_with_logits(x, inputs.assumed), leaves[:1])
        base, own, *rest = alternate([bce, step(ours), *map(step, others)], seconds)
        ratios[name] = own / base, own / min(rest) if rest else None
    return ratios


def print_table(results: list[dict[str, tuple[float, float | None]]], authors: bool) -> None:
    shapes = [f"{images} x {classes}" for images, classes in SHAPES]
    heads = [f"/ BCE, {shape}" for shape in shapes]
    heads += [f"/ authors', {shape}" for shape in shapes] if authors else []
    print("| loss | " + " | ".join(heads) + " |")
    print("|---" * (len(heads) + 1) + "|")
    for name in results[0]:
        cells = [f"{result[name][0]:.1f}" for result in results]
        if authors:
            ratios = [result[name][1] for result in results]
            cells += ["-" if ratio is None else f"{ratio:.2f}" for ratio in ratios]
        print(f"| {name} | " + " | ".join(cells) + " |")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--threads", type=int, default=2, help="threads of torch")
    parser.add_argument("--authors", type=Path, metavar="DIR", help="clones of their repositories")
    parser.add_argument("--seconds", type=float, default=1.5, help="of each loss and shape")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    init_default_scope("mmpretrain")
    authors = Authors(args.authors) if args.authors else None
    with at_epoch(EPOCH - 1):
        results = [measure(Inputs(*shape), authors, args.seconds) for shape in SHAPES]
    print_table(results, authors is not None)


if __name__ == "__main__":
    main()

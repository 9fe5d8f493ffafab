"""The authors' code for the losses that ``losses.py`` times."""

import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import torch
from authors import Authors
from loss_inputs import ASL, CSL, EPOCH, LARGE_LOSSES, SELECTIVE, Inputs
from newer_losses import their_newer_losses
from torch import Tensor

Function = Callable[[Tensor], Tensor]


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

"""CAP: in each class, the expected number of unknown labels count as known, the surest ones."""

from collections.abc import Sequence

import torch
from mmengine.runner import Runner
from torch import Tensor

from ...datasets import PartialLabelDataset
from ...labels import NEGATIVE
from ...memory.class_aware_labels import ClassAwareLabels, unknown_shares
from ...memory.class_prior import read_prior
from ...models.losses import GRLoss
from ...registry import HOOKS
from ...utils.commands import command
from ...utils.log import warn
from ...utils.messages import few
from .hard_label_hook import HardLabelHook
from .needed_parts import need_loss

_NAMED = 10  # classes in a message
_KEY = "class_prior of the ClassAwareLabelHook in custom_hooks"


@HOOKS.register_module()
class ClassAwareLabelHook(HardLabelHook):
    """Class-aware pseudo labels of CAP, NeurIPS 2023 (https://github.com/milkxie/CAP).

    When a share ``start`` of the training is over, and after each epoch from then on, the hook
    predicts the training images with the averaged weights of the run's EMAHook. Let n labels of a
    class be unknown, and let f and g be the shares of positives and negatives among its known
    labels. The int(f n) likeliest of the n labels are positive, and the others negative. Only the
    int(keep_positive f n) likeliest and the int(keep_negative g n) least likely are used; the other
    labels stay unknown. Known labels never change. Images with and without known labels are treated
    alike. The labels are in the batch before images are mixed, for any loss. A label takes two
    bytes, and four more in each process during the pass.

    The shares are right if labels are missing at random. If only positives are known, as in PPL and
    SPL, give ``class_prior``: the expected numbers are then those of all images minus the known
    labels.

    **Differs from the authors' code**: where int(f n) is 0, no label is positive (theirs: all). In
    theirs, an image has either all labels or none, and each batch has a fixed number of images with
    labels, such as 4 of 64 if 5 % of the images have labels. No sampler of MMPretrain or MMEngine
    does that; a shuffled batch has 3.2 on average.

    Args:
        start: Share of the epochs after which labels are first made; the authors' 12 of 40.
        keep_positive: Share of the expected positives that is used, in (0, 1].
        keep_negative: Share of the expected negatives that is used, in (0, 1].
        class_prior: The share of positives among all images: C numbers, or a file of
            :class:`mmpartial.ClassPriorHook`. None takes the share among the known labels. A class
            with known labels of only one kind then has no pseudo labels.
        as_known: Count the labels as known labels. False keeps them as pseudo labels, for
            :class:`mmpartial.GRLoss`, which weighs them; images cannot be mixed then.
        pipeline: Transforms of the pass. None takes the training pipeline; the authors only flip
            these images at random, and train on images that RandAugment and Cutout change.

    Raises:
        ValueError: There is no EMAHook, the run is too short for ``start``, no class has known
            labels of both kinds, the prior has another number of classes, or a loss does not weigh
            pseudo labels.
        FileNotFoundError: There is no such prior file.
    """

    def __init__(
        self,
        *,
        start: float = 0.3,
        keep_positive: float = 1.0,
        keep_negative: float = 0.998,
        class_prior: Sequence[float] | str | None = None,
        as_known: bool = True,
        pipeline: Sequence[dict] | None = None,
    ):
        super().__init__(start, pipeline)
        for name, share in dict(keep_positive=keep_positive, keep_negative=keep_negative).items():
            if not 0 < share <= 1:
                raise ValueError(f"{name}={share} is outside (0, 1]: it is a share.")
        self.keep, self.class_prior = (keep_positive, keep_negative), class_prior
        self.takes_mixtures, self.for_head = as_known, not as_known

    def make_label_memory(self, runner: Runner, dataset: PartialLabelDataset) -> ClassAwareLabels:
        """A table without any label."""
        if self.for_head:
            found = all(isinstance(head.loss_module, GRLoss) for head in self.heads)
            need_loss(self, found, "GRLoss")
        start = self.first_epoch(runner)
        shares = unknown_shares(dataset.labels, self._prior(dataset))
        self._check(shares, dataset)
        return ClassAwareLabels(dataset, shares, start=start, keep=self.keep)

    def _prior(self, dataset: PartialLabelDataset) -> Tensor | None:
        classes, prior = dataset.metainfo["classes"], self.class_prior
        if prior is None:
            return None
        if isinstance(prior, str):
            return read_prior(prior, classes, key=_KEY)
        if len(prior) != len(classes) or not all(0 <= share <= 1 for share in prior):
            raise ValueError(
                f"{_KEY} has {len(prior)} numbers, and the training dataset {len(classes)} "
                "classes: give one number from 0 to 1 for each."
            )
        return torch.tensor(prior, dtype=torch.float64)

    def _check(self, shares: Tensor, dataset: PartialLabelDataset) -> None:
        """Check that shares are known, and name the classes in which they are not."""
        lacking = shares.isnan().any(0).nonzero().flatten().tolist()
        if not lacking:
            return
        if len(lacking) == shares.shape[1]:
            kind = "positives" if dataset.labels.count(NEGATIVE).any() else "negatives"
            raise ValueError(
                "no class of the training dataset has known positives and known negatives (it has "
                f"no {kind}), so nothing says how many positives to expect: give {_KEY}, one "
                "number for each class or a file, which "
                f"`{command('train', 'CONFIG', '--method', 'class_prior_positives')}` writes."
            )
        names = few((str(dataset.metainfo["classes"][c]) for c in lacking), _NAMED)
        warn(
            f"ClassAwareLabelHook: {len(lacking)} of {shares.shape[1]} classes have known labels "
            f"of one kind only, or none, and so get no pseudo labels: {names}"
        )

"""Makes a multi-label head count only a share q of the unknown labels in each step."""

from typing import Any

import torch
from mmpretrain.structures import DataSample
from torch import Tensor

from ...labels import LabelBatch, is_unknown
from ...memory.base import HeadOutput, LabelMemory
from ...progress import Progress
from ...registry import TASK_UTILS
from ...schedules import LinearSchedule
from ...utils.batch_rows import stacked
from ...utils.counter_rng import uniform
from ..decision import Decision
from ..losses import PartialLoss
from .unknown_sampling import sample_unknown


class QSamplingMixin:
    """Makes a multi-label head of MMPretrain call a loss for partial labels.

    The head computes logits, chooses the unknown labels that count in this step (q of equation
    (6) in https://arxiv.org/abs/2308.00166), looks up the values in the method's memory, and
    calls the loss. Parameters, prediction and export stay as they are in MMPretrain's head.

    Args:
        q: Share of an image's unknown labels that count in a step, in (0, 1], or the config of
            a schedule such as ``dict(type='mmpartial.LinearSchedule', start=0.1, end=1.)``. The
            paper gives no value. Losses that rank or count the unknown labels of a batch need
            all of them (q = 1).
        q_sampling: ``'exact'`` draws max(1, round(q n)) of n unknown labels; ``'bernoulli'`` draws
            each with probability q; ``'classes'`` draws classes, see
            :class:`~mmpartial.models.heads.class_sampling.ClassSamplingMixin`.
        seed: Seed of the draw, which is a pure function of (seed, epoch, image).

    Attributes:
        memory: The method's memory of the training labels, or None; a hook sets it.
        output: The labels and logits of the last training step, or None.
        decision: Turns logits into probabilities and labels in prediction. With None, these are
            the sigmoid of the loss's ``log_odds``, and ``thr`` or ``topk`` of MMPretrain's head.

    Raises:
        ValueError: ``q`` is outside (0, 1], or the loss does not know about unknown labels.
    """

    loss_module: PartialLoss
    q_samplings: tuple[str, ...] = ("exact", "bernoulli")

    def __init__(
        self,
        *args: Any,
        q: float | dict = 1.0,
        q_sampling: str = "exact",
        seed: int = 0,
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        if q_sampling not in self.q_samplings:
            options = " or ".join(map(repr, self.q_samplings))
            raise ValueError(f"q_sampling={q_sampling!r}: choose {options}.")
        if not isinstance(self.loss_module, PartialLoss):
            raise ValueError(
                f"{type(self).__name__} needs a loss that knows about unknown labels, but "
                f"model.head.loss is {type(self.loss_module).__name__}: take one of mmpartial's, "
                "such as dict(type='mmpartial.PartialBCELoss')."
            )
        self.q_schedule = (
            TASK_UTILS.build(q) if isinstance(q, dict) else LinearSchedule(start=q, end=q)
        )
        self.q_sampling, self.seed = q_sampling, seed
        for end in (Progress(0, 0.0), Progress(1, 1.0)):
            q = self.q_schedule(end)
            if not 0 < q <= 1:
                raise ValueError(f"q={q} is outside (0, 1]: it is a share of the unknown labels.")
            if q != 1 and not self.loss_module.samples_unknown:
                raise ValueError(
                    f"{type(self.loss_module).__name__} takes all unknown labels of a batch: set "
                    "model.head.q=1."
                )
        self.memory: LabelMemory | None = None
        self.output: HeadOutput | None = None
        self.decision: Decision | None = None

    def label_batch(self, data_samples: list[DataSample]) -> LabelBatch:
        """The labels of a training batch, with the selected unknown labels and the memory's values.

        Raises:
            ValueError: The samples have no labels.
        """
        if "gt_score" not in data_samples[0]:
            raise ValueError(
                f"{type(self).__name__} found no gt_score in the batch: wrap the training dataset "
                "in mmpartial.PartialLabelDataset (setting='FAL' if all labels are known)."
            )
        target = stacked([sample.gt_score for sample in data_samples])
        rows = [sample.get("row") for sample in data_samples]
        row = None if None in rows else torch.tensor(rows)
        groups = [sample.get("group_id") for sample in data_samples]
        mixed = torch.tensor(["mixed" in sample for sample in data_samples])
        unknown = is_unknown(target)
        pseudo = None
        if self.memory is not None and row is not None:
            pseudo = self.memory.lookup(row).to(target.device)
        selected = self._select(unknown, row)
        return LabelBatch(
            target,
            selected,
            pseudo,
            row,
            all_selected=selected is unknown,
            mixed=mixed if mixed.any() else None,
            group=None if None in groups else torch.tensor(groups),
        )

    def _get_loss(
        self, cls_score: Tensor, data_samples: list[DataSample], **kwargs: Any
    ) -> dict[str, Tensor]:
        """The loss and its diagnostics, which replace those of MMPretrain's head."""
        labels = self.label_batch(data_samples)
        self.output = HeadOutput(labels, cls_score.detach())
        return self.loss_of(cls_score, labels, **kwargs)

    def loss_of(self, cls_score: Tensor, labels: LabelBatch, **kwargs: Any) -> dict[str, Tensor]:
        """The loss of some logits, and its diagnostics."""
        loss = self.loss_module(cls_score, labels, **kwargs)
        for name in self.loss_module.diagnostics:
            if "loss" in name:  # MMEngine adds up everything that is called so
                raise ValueError(
                    f"{type(self.loss_module).__name__} has the diagnostic {name!r}, which would "
                    "be added to the loss: give it a name without 'loss' in it."
                )
        logged = {k: torch.as_tensor(v) for k, v in self.loss_module.diagnostics.items()}
        return dict(loss=loss, **logged)

    def _get_predictions(
        self, cls_score: Tensor, data_samples: list[DataSample] | None
    ) -> list[DataSample]:
        """Scores and labels by the decision, if there is one."""
        if self.decision is None:
            cls_score = self.loss_module.log_odds(cls_score)
            return super()._get_predictions(cls_score, data_samples)  # type: ignore[misc]
        data_samples = data_samples or [DataSample() for _ in cls_score]
        for sample, score, yes in zip(data_samples, *self.decision(cls_score), strict=True):
            sample.set_pred_score(score).set_pred_label(torch.where(yes)[0])
        return data_samples

    def _select(self, unknown: Tensor, row: Tensor | None) -> Tensor:
        progress = Progress.current()
        q = self.q_schedule(progress)
        if q == 1 or self.q_sampling == "classes":
            return unknown
        if row is None:
            raise ValueError(
                f"q={q} draws labels for each image, but the batch does not say which images it "
                "holds: wrap the training dataset in mmpartial.PartialLabelDataset, or set "
                "model.head.q=1."
            )
        key = (self.seed, progress.visit, row.to(unknown.device)[:, None])
        if self.q_sampling == "exact":
            return sample_unknown(unknown, q, *key)
        classes = torch.arange(unknown.shape[1], device=unknown.device)
        return unknown & (uniform(*key, classes) < q)

"""Multi-label metrics on partial test labels, for configs and for scripts."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from mmengine.dist import get_dist_info
from mmengine.evaluator import BaseMetric
from mmpretrain.structures import label_to_onehot

from ..registry import METRICS
from .evaluation import Evaluation, check_scores, metrics_named
from .report import Report, check_numbers, report

DEFAULT_THR = 0.5


@METRICS.register_module()
class PartialMultiLabelMetric(BaseMetric):
    """Average precision, precision, recall, F1 and calibration over known labels.

    :class:`~.report.Report` lists the numbers. Each known label takes eight bytes until the end,
    and unknown labels take none; with ``bins`` the memory does not depend on the test set. Scores
    become float32. Equal scores are one step of the precision-recall curve, as in scikit-learn.

    mAP averages the classes with a known positive and a known negative. CP, CR and mean_F1 average
    the classes with a known label; a class without a true positive counts as 0.

    Args:
        protocol: How unknown test labels count: ``'known'`` leaves them out,
            ``'unknown_negative'`` counts them as negative. ``'csl_open_images'`` is CSL's name for
            the first. ``'mmpretrain'`` and ``'miil'`` are the first and the second, but a class
            without a positive has an average precision of 0, as in these authors' code.
            ``'cxr_lt'``, ``'chexpert'``, ``'vaw'`` and ``'birdset'`` are the first with the
            numbers of these benchmarks.
        thr: A score of at least this much is a positive prediction: one number, or one for each
            class.
        topk: Also evaluate the k highest scores of each image as its positive predictions. (The
            code of SST and SARB takes only those of at least 0.5.)
        bins: Rank by histograms with this many bins for each class. ``mAP_error`` bounds the error
            of mAP.
        further_metrics: Names of metrics beside the standard ones, such as ``['auroc', 'f2']``.
            docs/evaluation.md lists them. (MMEngine takes an evaluator with the key ``metrics``
            for a list of metrics.)
        train_counts: Positives of each class in the training set, for the bands. By default
            :class:`mmpartial.ClassReportHook` counts them in the training dataset.
        bands: A head class has at least the first number of them, a tail class fewer than the
            second.
        collect_device: Where processes exchange their parts, ``'cpu'`` or ``'gpu'``.
        prefix: Prefix of the names of the numbers.

    Raises:
        ValueError: An option does not fit; or a label is not 1, 0 or -1, or a score is NaN, and
            the message names the image.

    >>> scores = np.array([[0.9, 0.2], [0.8, 0.7], [0.3, 0.6]])
    >>> labels = np.array([[1, 0], [0, -1], [1, 1]])
    >>> metrics, per_class = PartialMultiLabelMetric.calculate(scores, labels)
    >>> round(metrics["mAP"], 2), per_class["AP"].round(2).tolist()
    (91.67, [83.33, 100.0])
    """

    default_prefix = "multi-label"

    def __init__(
        self,
        *,
        protocol: str = "known",
        thr: float | Sequence[float] = DEFAULT_THR,
        topk: int | None = None,
        bins: int | None = None,
        further_metrics: Sequence[str] = (),
        train_counts: Sequence[int] | None = None,
        bands: tuple[int, int] = (100, 20),
        collect_device: str = "cpu",
        prefix: str | None = None,
    ):
        super().__init__(collect_device=collect_device, prefix=prefix)
        metrics_named(protocol, further_metrics, bins)  # now, and not at the first batch
        self.options: dict[str, Any] = dict(
            protocol=protocol, thr=thr, topk=topk, bins=bins, further_metrics=further_metrics
        )
        self.train_counts, self.bands = train_counts, bands
        self.report: Report | None = None  # of the last evaluation, in the main process
        self._start()

    def take_thresholds(self, thresholds: np.ndarray) -> None:
        """Take the thresholds of a checkpoint, ``(C,)``, unless the config gives other ones."""
        if np.ndim(self.options["thr"]) == 0 and self.options["thr"] == DEFAULT_THR:
            self.options["thr"] = thresholds

    def _start(self) -> None:
        self.evaluation: Evaluation | None = None
        self.last: tuple[np.ndarray, np.ndarray] | None = None  # a batch that may hold padding

    def process(self, data_batch: Any, data_samples: Sequence[dict]) -> None:
        """Add the previous batch; keep the new one, whose end may be padding."""
        pred = torch.stack([sample["pred_score"] for sample in data_samples])
        target = torch.stack(
            [
                sample["gt_score"]
                if "gt_score" in sample
                else label_to_onehot(sample["gt_label"], pred.shape[1])
                for sample in data_samples
            ]
        )
        batch = check_scores(
            pred.detach().float().cpu().numpy(),
            target.cpu().numpy(),
            lambda i: str(data_samples[i].get("img_path", f"sample {i} of the batch")),
        )
        if self.evaluation is None:
            given = dict(classes=self._classes(), train_counts=self.train_counts)
            check_numbers(pred.shape[1], **given)  # now, and not after the last batch
            self.evaluation = Evaluation(pred.shape[1], **self.options)
            self.evaluation.protocol.places(self._classes())
        if self.last is not None:
            self.evaluation.add(*self.last)
        self.last = batch

    def evaluate(self, size: int) -> dict:
        """Add the last batch without padding, collect the parts of all processes, and compute.

        Args:
            size: Size of the dataset. Samplers give samples to the processes in turn and pad at
                the end: a process owns the samples rank, rank + world size, ... below the size.
        """
        rank, world_size = get_dist_info()
        if self.evaluation is not None and self.last is not None:
            own = len(range(rank, size, world_size)) - self.evaluation.samples
            if own < 0:
                raise ValueError(
                    f"process {rank} saw too many samples for a dataset of {size}, even without "
                    "its last batch: use MMEngine's DefaultSampler for evaluation."
                )
            self.evaluation.add(*(part[:own] for part in self.last))
        self.results = [self.evaluation]
        self._start()
        return super().evaluate(world_size)

    def compute_metrics(self, results: list[Evaluation | None]) -> dict[str, float]:
        """Merge the evaluations of the processes, and report."""
        parts = [part for part in results if part is not None]
        if not parts:
            raise ValueError("there is no sample to evaluate: the dataset is empty.")
        whole = parts[0]
        for part in parts[1:]:
            whole.merge(part)
        self.report = report(whole, self._classes(), self.train_counts, self.bands)
        return self.report.metrics

    def _classes(self) -> Sequence[str] | None:
        return (self.dataset_meta or {}).get("classes")

    @staticmethod
    def calculate(
        pred: Any,
        target: Any,
        *,
        classes: Sequence[str] | None = None,
        train_counts: Sequence[int] | None = None,
        bands: tuple[int, int] = (100, 20),
        **options: Any,
    ) -> Report:
        """Evaluate arrays or tensors, without a Runner.

        Args:
            pred: ``(N, C)`` scores; float64 keeps its precision.
            target: ``(N, C)`` labels, 1, 0 or -1.
            classes: ``(C,)`` names.
            train_counts: As above.
            bands: As above.
            **options: ``protocol``, ``thr``, ``topk``, ``bins`` and ``further_metrics`` as above.
        """
        scores, labels = check_scores(_array(pred), _array(target))
        evaluation = Evaluation(scores.shape[1], **options).add_all(scores, labels)
        return report(evaluation, classes, train_counts, bands)


def _array(values: Any) -> np.ndarray:
    """Convert to NumPy, which has no bfloat16."""
    x = torch.as_tensor(values).detach().cpu()
    return (x.float() if x.dtype == torch.bfloat16 else x).numpy()

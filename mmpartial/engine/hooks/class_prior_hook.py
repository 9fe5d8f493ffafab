"""Estimating class priors with a temporary model, for CSL."""

from pathlib import Path
from typing import Any

from mmengine.dist import is_main_process
from mmengine.runner import Runner

from ...memory.class_prior import MeanPrediction, write_prior
from ...progress import pass_length
from ...registry import HOOKS
from ...utils.owned_file import OwnedFile
from ..run_lock import hold_work_dir
from .memory_hook import MemoryHook
from .needed_parts import partial_dataset_and_heads


@HOOKS.register_module()
class ClassPriorHook(MemoryHook):
    """Average the predictions of the training images, and write them as class priors.

    In the first stage of CSL (https://arxiv.org/abs/2110.10955, section 3.2), a temporary model is
    trained only on known labels. Its mean prediction of each class, over all training steps so
    far, is the ``prior`` of :class:`mmpartial.PartialAsymmetricLoss` in the second stage. The hook
    takes the predictions of augmented images that the training steps make.

    Args:
        file: Where the priors are written after each epoch, below the work_dir. The hook does not
            overwrite the file of another run, or of a run that has finished.
        reset_each_epoch: Average only over the last epoch; the authors never start over.

    Raises:
        ValueError: The model has no head of mmpartial, or two classes have the same name.
        FileExistsError: The file belongs to another run, or to a run that has finished.
    """

    key = "class_prior"

    def __init__(self, *, file: str = "class_prior.json", reset_each_epoch: bool = False):
        self.file, self.reset_each_epoch = file, reset_each_epoch

    def make_memory(self, runner: Runner) -> MeanPrediction:
        """Reserve the file, and start a mean of no predictions."""
        hold_work_dir(runner)
        dataset, self.heads = partial_dataset_and_heads(runner, "ClassPriorHook")
        self.classes = dataset.metainfo["classes"]
        self.path = Path(runner.work_dir) / self.file
        if len(set(map(str, self.classes))) < len(self.classes):
            raise ValueError(
                "two classes of the training dataset have one name, and so class priors cannot be "
                "told apart: give metainfo=dict(classes=[...]) with different ones."
            )
        self.owned = OwnedFile(self.path, runner.work_dir, dataset.fingerprint)
        if is_main_process():
            self.owned.take(resumed=runner.iter > 0 and self._loaded is not None)
        return MeanPrediction(len(self.classes))

    def after_train_iter(
        self, runner: Runner, batch_idx: int, data_batch: Any = None, outputs: Any = None
    ) -> None:
        """Add this step's predictions; write where a pass over the data ends."""
        for head in self.heads:
            if head.output is not None:
                if head.output.draw is not None:
                    raise ValueError(
                        "ClassPriorHook takes the mean prediction of all classes, but "
                        "model.head.q_sampling='classes' computes some: set model.head.q=1."
                    )
                self.memory.update(head.output.logits)
        ends = (runner.iter + 1) % pass_length(runner) == 0
        if (ends or runner.iter + 1 == runner.max_iters) and is_main_process():
            write_prior(self.path, self.memory.value(), self.classes)
        if ends and self.reset_each_epoch:
            self.memory = MeanPrediction(len(self.classes))

    def after_train(self, runner: Runner) -> None:
        """Note that training has ended: the file stays."""
        if is_main_process():
            self.owned.finish()

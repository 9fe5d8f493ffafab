"""Randomness that does not depend on workers or restarts."""

from typing import Any

import torch
from mmengine.dist import get_rank
from mmengine.hooks import Hook
from mmengine.runner import EpochBasedTrainLoop, IterBasedTrainLoop, Runner
from mmengine.runner.utils import set_random_seed

from ...datasets import PartialLabelDataset
from ...progress import pass_length, publish_pass_length
from ...registry import HOOKS
from ...utils.counter_rng import hash_ints, hash_text
from ...utils.local_seed import seed_generators
from ...utils.log import warn
from ..iter_train_loop import ResumableIterTrainLoop
from ..train_loop import ResumableTrainLoop


@HOOKS.register_module()
class ReproducibleHook(Hook):
    """Seed each step from (seed, iteration), so that a resumed run repeats it exactly.

    MMEngine's checkpoints hold the seed of a run, but not the state of its random generators. This
    hook seeds the process before each step (for dropout and stochastic depth), and before each
    epoch (for the workers of the dataloader). If the outermost training dataset is a
    :class:`mmpartial.PartialLabelDataset`, the hook also tells it the epoch, so that the
    augmentation of a sample depends only on (seed, epoch, index). With
    :class:`mmpartial.ResumableIterTrainLoop`, passes over the data take the place of epochs. The
    hook also publishes the length of a pass, which q-sampling needs.
    """

    def before_train(self, runner: Runner) -> None:
        """Publish the length of a pass, and warn if a run cannot be repeated exactly."""
        publish_pass_length(runner)
        loop, dataset = runner.train_loop, runner.train_dataloader.dataset
        within = runner.iter % pass_length(runner)
        # Workers that persist go on with their random numbers in the next epoch.
        lost = within or (runner.iter and runner.train_dataloader.persistent_workers)
        ours = isinstance(loop, ResumableTrainLoop | ResumableIterTrainLoop)
        if not ours and (within or (runner.iter and isinstance(loop, IterBasedTrainLoop))):
            warn(
                f"{type(loop).__name__} cannot continue exactly from iteration {runner.iter}: the "
                "result will differ from an uninterrupted run. Take "
                "runner_type='mmpartial.TerseRunner', as configs/_base_/default_runtime.py does."
            )
        elif lost and not isinstance(dataset, PartialLabelDataset):
            warn(
                f"this run goes on from iteration {runner.iter}, and may have other random "
                "augmentation than an uninterrupted one: only an outermost "
                "mmpartial.PartialLabelDataset repeats its augmentation, and "
                f"train_dataloader.dataset is a {type(dataset).__name__}."
            )

    def before_train_epoch(self, runner: Runner) -> None:
        """Tell the dataset the epoch, and seed this process."""
        if isinstance(runner.train_loop, EpochBasedTrainLoop):
            self.before_pass(runner, runner.epoch)

    def before_pass(self, runner: Runner, number: int) -> None:
        """Tell the dataset the number of the pass, and seed this process."""
        dataset = runner.train_dataloader.dataset
        if isinstance(dataset, PartialLabelDataset):
            dataset.set_epoch(number, runner.seed)
        set_random_seed(int(hash_ints(runner.seed, number, get_rank())) & 0xFFFFFFFF)

    def before_train_iter(self, runner: Runner, batch_idx: int, data_batch: Any = None) -> None:
        """Seed this process, which takes microseconds (``set_random_seed`` takes much longer)."""
        seed = hash_text(f"{runner.seed} step {runner.iter} {get_rank()}") & 0xFFFFFFFF
        seed_generators(seed)
        if torch.cuda.is_initialized():
            torch.cuda.manual_seed(seed)

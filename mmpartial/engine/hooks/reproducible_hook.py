"""Randomness that does not depend on workers or restarts."""

from mmengine.dist import get_rank
from mmengine.hooks import Hook
from mmengine.runner import EpochBasedTrainLoop, Runner
from mmengine.runner.utils import set_random_seed

from ...datasets import PartialLabelDataset
from ...registry import HOOKS
from ...schedules import publish_pass_length
from ...utils.counter_rng import hash_ints
from ...utils.log import warn


@HOOKS.register_module()
class ReproducibleHook(Hook):
    """Seed each epoch from (seed, epoch), so that a resumed run repeats it exactly.

    MMEngine's checkpoints hold the seed of a run, but not the state of its generators. This hook
    seeds the process (dropout, stochastic depth) at the start of each epoch. It also tells the
    epoch to an outermost :class:`mmpartial.PartialLabelDataset`, so that the augmentation of a
    sample depends on (seed, epoch, index) alone. An iteration-based loop has no epochs; there the
    hook only publishes how many iterations a pass over the data takes, which q-sampling needs.
    """

    def before_train(self, runner: Runner) -> None:
        """Publish the length of a pass, and warn if a run cannot be repeated exactly."""
        publish_pass_length(runner)
        loop = runner.train_loop
        if isinstance(loop, EpochBasedTrainLoop) and runner.iter % len(loop.dataloader):
            warn(
                f"the checkpoint of iteration {runner.iter} was written within epoch "
                f"{runner.epoch + 1}, which now starts over: the result will differ from an "
                "uninterrupted run. Resume from a checkpoint that was written after an epoch "
                "(CheckpointHook(by_epoch=True)) to repeat it."
            )

    def before_train_epoch(self, runner: Runner) -> None:
        """Tell the dataset the epoch, and seed this process."""
        if not isinstance(runner.train_loop, EpochBasedTrainLoop):
            return
        dataset = runner.train_dataloader.dataset
        if isinstance(dataset, PartialLabelDataset):
            dataset.set_epoch(runner.epoch, runner.seed)
        set_random_seed(int(hash_ints(runner.seed, runner.epoch, get_rank())) & 0xFFFFFFFF)

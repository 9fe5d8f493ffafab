"""Do checkpoints of a run in several processes keep the memory of the method?"""

from collections.abc import Mapping
from typing import Any

from mmengine._strategy import FSDPStrategy
from mmengine.hooks import EMAHook
from mmengine.runner import FlexibleRunner

from ...utils.commands import command
from .run import GuardError, Run

KNOWN = ("SingleDeviceStrategy", "DDPStrategy", "FSDPStrategy")


def check_strategy(strategy: Mapping[str, Any]) -> None:
    """Refuse the config of a strategy whose checkpoints would lack something."""
    kind = strategy["type"]
    name = (kind if isinstance(kind, str) else kind.__name__).split(".")[-1]
    if name not in KNOWN:
        raise GuardError(
            f"{name} writes and reads checkpoints without MMEngine's hooks, so they would lack "
            "pseudo labels, the state of the loss and the settings of the run: set strategy.type "
            "to one of " + ", ".join(KNOWN) + "."
        )
    if name == "FSDPStrategy" and strategy.get("state_dict_cfg", "full") != "full":
        raise GuardError(
            "a checkpoint in parts, one for each process, cannot be checked, resumed or tested: "
            "set strategy.state_dict_cfg='full', or leave it out."
        )


def check_spread(cfg: Mapping[str, Any]) -> None:
    """Refuse a strategy in a config before any part of the run is built.

    Otherwise MMEngine's strategies would ask for their packages first.
    """
    strategy = cfg.get("strategy")
    if isinstance(strategy, Mapping) and "type" in strategy:
        check_strategy(strategy)
    runner = cfg.get("runner_type", "Runner")
    name = runner if isinstance(runner, str) else runner.__name__
    if strategy and not name.endswith("FlexibleRunner"):
        raise _unread(name)


def _unread(runner: str) -> GuardError:
    return GuardError(
        f"strategy has no effect with {runner}: set runner_type='mmpartial.FlexibleRunner', or "
        "take strategy out."
    )


def check_runner(run: Run) -> None:
    """Refuse a runner that does not read the strategy.

    MMEngine's FlexibleRunner loads checkpoints before hooks are ready.
    """
    if (
        run.cfg is not None
        and run.cfg.get("strategy")
        and not issubclass(run.runner, FlexibleRunner)
    ):
        raise _unread(run.runner.__name__)
    if run.runner is FlexibleRunner:
        raise GuardError(
            "MMEngine's FlexibleRunner loads a checkpoint before hooks have looked for the newest "
            "whole one, and may leave half of one: set runner_type='mmpartial.FlexibleRunner'."
        )


def check_hooks_of_strategy(run: Run) -> None:
    """Refuse hooks that need all weights in each process, because FSDP keeps only a part there."""
    if not isinstance(run.strategy, FSDPStrategy):
        return
    for hook in run.hooks:
        name = type(hook).__name__
        if isinstance(hook, EMAHook):
            raise GuardError(
                f"{name} copies the weights of the model, but with FSDPStrategy each process has "
                "only a part of them: take the hook out, or set strategy.type='DDPStrategy'."
            )
        if name == "FinalTestHook":
            raise GuardError(
                f"{name} gives the model other weights and takes them back, but with FSDPStrategy "
                "each process has only a part of them: take the hook out, and test the checkpoint "
                f"with {command('test')}."
            )

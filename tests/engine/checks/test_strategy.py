"""Ways to spread a run over processes that would lose what a method remembers."""

import pytest
from mmengine._strategy import DDPStrategy, FSDPStrategy
from mmengine.config import Config
from mmengine.hooks import EMAHook
from mmengine.runner import FlexibleRunner

from mmpartial.engine.checks import GuardError, check
from mmpartial.engine.checks.run import Run
from mmpartial.engine.checks.strategy import check_spread, check_strategy
from mmpartial.engine.hooks import FinalTestHook


@pytest.mark.parametrize("kind", ["DeepSpeedStrategy", "mmengine.ColossalAIStrategy"])
def test_strategies_without_hooks_are_refused(kind):
    with pytest.raises(GuardError, match="without MMEngine's hooks.*set strategy.type"):
        check_strategy(dict(type=kind))


@pytest.mark.parametrize("runner", ["mmpartial.FlexibleRunner", "FlexibleRunner", "Runner"])
def test_a_strategy_is_refused_before_its_package_is_asked_for(runner):
    with pytest.raises(GuardError, match="^mmpartial guard: DeepSpeedStrategy writes"):
        check_spread(dict(runner_type=runner, strategy=dict(type="DeepSpeedStrategy")))


def test_a_strategy_that_nothing_reads_is_refused():
    cfg = Config(dict(strategy=dict(type="FSDPStrategy")))
    message = "strategy has no effect with Runner: set runner_type='mmpartial.FlexibleRunner'"
    with pytest.raises(GuardError, match=message):
        check_spread(cfg)
    with pytest.raises(GuardError, match=message):
        check("a run begins", Run(None, cfg, []))
    check_spread(dict(cfg, runner_type="mmpartial.FlexibleRunner"))
    check_spread({})


def test_a_checkpoint_in_parts_is_refused():
    for kind in ("FSDPStrategy", FSDPStrategy):
        check_strategy(dict(type=kind, state_dict_cfg="full"))
        check_strategy(dict(type=kind))
        with pytest.raises(GuardError, match="set strategy.state_dict_cfg='full'"):
            check_strategy(dict(type=kind, state_dict_cfg="local"))


def test_the_stock_flexible_runner_is_refused():
    check("a run begins", Run(None, None, []))
    with pytest.raises(GuardError, match="runner_type='mmpartial.FlexibleRunner'"):
        check("a run begins", Run(None, None, [], runner=FlexibleRunner))


@pytest.mark.parametrize("hook", [EMAHook, FinalTestHook])
def test_hooks_that_need_all_weights_are_refused_with_fsdp(hook):
    hooks = [hook()]
    check("a run begins", Run(None, None, hooks, strategy=DDPStrategy.__new__(DDPStrategy)))
    with pytest.raises(GuardError, match=f"{hook.__name__} .*FSDPStrategy"):
        check("a run begins", Run(None, None, hooks, strategy=FSDPStrategy.__new__(FSDPStrategy)))

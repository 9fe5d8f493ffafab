"""Multi-label classifiers from partially annotated, imbalanced labels: a plugin for MMPretrain.

Everything that a config names, ``type="mmpartial.X"``, is also an attribute of the package.
"""

import sys
import warnings
from typing import TYPE_CHECKING, Any

# Dependencies warn of themselves in each run, and no user can do anything about it.
if not sys.warnoptions:
    for text in ("pkg_resources is deprecated", "Fail to import ``MultiScaleDeformableAttention``",
                 "'pin_memory' argument is set as true but no accelerator"):  # fmt: skip
        warnings.filterwarnings("ignore", text, UserWarning)

from .utils.packaged_configs import config_path as config_path
from .utils.torch_load import allow_stock_checkpoints

if TYPE_CHECKING:
    from .apis import MultiLabelInferencer as MultiLabelInferencer
    from .datasets import *  # noqa: F403
    from .datasets.transforms import *  # noqa: F403
    from .engine.bfloat16 import BFloat16OptimWrapper as BFloat16OptimWrapper
    from .engine.distributed import DistributedDataParallel as DistributedDataParallel
    from .engine.distributed import FullyShardedDataParallel as FullyShardedDataParallel
    from .engine.flexible_runner import FlexibleRunner as FlexibleRunner
    from .engine.hooks import *  # noqa: F403
    from .engine.runner import TerseRunner as TerseRunner
    from .evaluation import *  # noqa: F403
    from .models import *  # noqa: F403
    from .reports.report_hook import ReportHook as ReportHook
    from .schedules import LinearSchedule as LinearSchedule

__version__ = "0.1.0"

allow_stock_checkpoints()


def __getattr__(name: str) -> Any:
    """Find a registered class at first use: importing the package imports none of them."""
    if name[:1].isupper():
        from .registry import registered

        if (found := registered().get(name)) is not None:
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    """The names of all registered classes, and of the functions here."""
    from .registry import registered

    return sorted({*globals(), *registered()})

"""Registries that are children of MMPretrain's.

As children they are searched from any MMPretrain config: ``type='mmpartial.X'`` needs no
``custom_imports``, and stock components need no prefix inside ours.
"""

from mmengine import registry as mmengine_registry
from mmengine.registry import Registry
from mmpretrain import registry as parent

__all__ = [
    "BATCH_AUGMENTS",
    "DATASETS",
    "DATA_SAMPLERS",
    "HOOKS",
    "INFERENCERS",
    "LOOPS",
    "METRICS",
    "MODELS",
    "MODEL_WRAPPERS",
    "OPTIM_WRAPPERS",
    "RUNNERS",
    "TASK_UTILS",
    "TRANSFORMS",
    "WEIGHT_INITIALIZERS",
    "registered",
]

DATASETS = Registry(
    "dataset", parent=parent.DATASETS, scope="mmpartial", locations=["mmpartial.datasets"]
)
DATA_SAMPLERS = Registry(
    "data sampler", parent=parent.DATA_SAMPLERS, scope="mmpartial", locations=["mmpartial.datasets"]
)
BATCH_AUGMENTS = Registry(
    "batch augment", parent=parent.BATCH_AUGMENTS, scope="mmpartial", locations=["mmpartial.models"]
)
MODELS = Registry("model", parent=parent.MODELS, scope="mmpartial", locations=["mmpartial.models"])
HOOKS = Registry(
    "hook",
    parent=parent.HOOKS,
    scope="mmpartial",
    locations=["mmpartial.engine.hooks", "mmpartial.reports.report_hook"],
)
INFERENCERS = Registry(
    "inferencer",
    parent=mmengine_registry.INFERENCERS,
    scope="mmpartial",
    locations=["mmpartial.apis"],
)
METRICS = Registry(
    "metric", parent=parent.METRICS, scope="mmpartial", locations=["mmpartial.evaluation"]
)
# Loops, wrappers and Runners are looked up in MMEngine's own registries, which find direct children
# only.
LOOPS = Registry(
    "loop",
    parent=mmengine_registry.LOOPS,
    scope="mmpartial",
    locations=["mmpartial.engine.train_loop"],
)
MODEL_WRAPPERS = Registry(
    "model_wrapper",
    parent=mmengine_registry.MODEL_WRAPPERS,
    scope="mmpartial",
    locations=["mmpartial.engine.distributed"],
)
OPTIM_WRAPPERS = Registry(
    "optimizer wrapper",
    parent=mmengine_registry.OPTIM_WRAPPERS,
    scope="mmpartial",
    locations=["mmpartial.engine.bfloat16"],
)
RUNNERS = Registry(
    "runner",
    parent=mmengine_registry.RUNNERS,
    scope="mmpartial",
    locations=["mmpartial.engine.runner", "mmpartial.engine.flexible_runner"],
)
TASK_UTILS = Registry(
    "task util",
    parent=parent.TASK_UTILS,
    scope="mmpartial",
    locations=["mmpartial.schedules"],
)
WEIGHT_INITIALIZERS = Registry(
    "weight initializer",
    parent=parent.WEIGHT_INITIALIZERS,
    scope="mmpartial",
    locations=["mmpartial.models"],
)
TRANSFORMS = Registry(
    "transform",
    parent=parent.TRANSFORMS,
    scope="mmpartial",
    locations=["mmpartial.datasets.transforms"],
)


def registered() -> dict[str, type]:
    """All classes that configs find as ``type="mmpartial.X"``, by name; it imports them."""
    found = {}
    for name in __all__:
        if isinstance(registry := globals()[name], Registry):
            registry.import_from_location()
            found.update(registry.module_dict)
    return found

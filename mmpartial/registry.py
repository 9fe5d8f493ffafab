"""Registries that are children of MMPretrain's.

As children they are searched from any MMPretrain config: ``type='mmpartial.X'`` needs no
``custom_imports``, and stock components need no prefix inside ours.
"""

from mmengine import registry as mmengine
from mmengine.registry import Registry
from mmpretrain import registry as mmpretrain


def _child(parent: Registry, *modules: str) -> Registry:
    """A registry of these modules, which it imports when a config first needs it."""
    return Registry(parent.name, parent=parent, scope="mmpartial", locations=[*modules])


DATASETS = _child(mmpretrain.DATASETS, "mmpartial.datasets")
DATA_SAMPLERS = _child(mmpretrain.DATA_SAMPLERS, "mmpartial.datasets")
TRANSFORMS = _child(mmpretrain.TRANSFORMS, "mmpartial.datasets.transforms")
MODELS = _child(mmpretrain.MODELS, "mmpartial.models")
BATCH_AUGMENTS = _child(mmpretrain.BATCH_AUGMENTS, "mmpartial.models")
WEIGHT_INITIALIZERS = _child(mmpretrain.WEIGHT_INITIALIZERS, "mmpartial.models")
HOOKS = _child(mmpretrain.HOOKS, "mmpartial.engine.hooks", "mmpartial.reports.report_hook")
METRICS = _child(mmpretrain.METRICS, "mmpartial.evaluation")
TASK_UTILS = _child(mmpretrain.TASK_UTILS, "mmpartial.schedules")
INFERENCERS = _child(mmengine.INFERENCERS, "mmpartial.apis")
# Loops, wrappers and Runners are looked up in MMEngine's own registries, which find direct children
# only.
LOOPS = _child(mmengine.LOOPS, "mmpartial.engine.train_loop")
MODEL_WRAPPERS = _child(mmengine.MODEL_WRAPPERS, "mmpartial.engine.distributed")
OPTIM_WRAPPERS = _child(mmengine.OPTIM_WRAPPERS, "mmpartial.engine.bfloat16")
RUNNERS = _child(mmengine.RUNNERS, "mmpartial.engine.runner", "mmpartial.engine.flexible_runner")


def registered() -> dict[str, type]:
    """All classes that configs find as ``type="mmpartial.X"``, by name; it imports them."""
    found = {}
    for registry in list(globals().values()):
        if isinstance(registry, Registry):
            registry.import_from_location()
            found.update(registry.module_dict)
    return found

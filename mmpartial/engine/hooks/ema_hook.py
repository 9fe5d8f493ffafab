"""Averaged weights that belong to a method."""

from mmengine.hooks import EMAHook as StockEMAHook

from ...registry import HOOKS


@HOOKS.register_module()
class EMAHook(StockEMAHook):
    """MMEngine's EMAHook as a part of a method.

    ``--method NAME`` replaces the hooks of mmpartial, and keeps those of a recipe, such as
    MMEngine's own EMAHook.
    """

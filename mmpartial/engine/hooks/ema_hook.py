"""Averaged weights that belong to a method."""

from mmengine.hooks import EMAHook as StockEMAHook

from ...registry import HOOKS


@HOOKS.register_module()
class EMAHook(StockEMAHook):
    """MMEngine's EMAHook as a part of a method.

    It has its own name because ``--method NAME`` replaces the hooks of mmpartial, and keeps other
    hooks of a config, such as MMEngine's own EMAHook.
    """

from . import heads, losses
from .heads import *  # noqa: F403
from .losses import *  # noqa: F403

__all__ = [*heads.__all__, *losses.__all__]

"""What labels say of other classes when some classes are kinds of others."""

from .expansion import Report, expand
from .hierarchy import Hierarchy

__all__ = ["Hierarchy", "Report", "expand"]

"""What processes of tests need, imported and composed once before they are forked."""

from mmpretrain.utils import register_all_modules

import mmpartial.comparison.execution
import mmpartial.launch  # noqa: F401
import tests.metafiles  # noqa: F401
from mmpartial.datasets import ClutteredDigits
from mmpartial.registry import registered

register_all_modules(init_default_scope=False)
registered()
for split in ClutteredDigits.LENGTHS:
    ClutteredDigits(split)

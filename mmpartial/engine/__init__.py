# Everything that runs here loads checkpoints in this way.
from . import weights_only as weights_only

from . import weights_only as weights_only  # whatever runs here loads checkpoints so

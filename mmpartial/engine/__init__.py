from . import (
    weights_only as weights_only,
)  # everything that runs here loads checkpoints in this way

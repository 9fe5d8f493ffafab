"""Whether torch.compile is at work."""

import torch


def is_compiling() -> bool | None:
    """Whether torch.compile traces the caller; None with PyTorch before 2.3, which does not say."""
    tell = getattr(torch.compiler, "is_compiling", None)
    return None if tell is None else tell()

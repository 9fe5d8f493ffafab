"""The penalty p for images whose predictions are all negative."""

import math

from torch import Tensor

MODES, SCOPES = ("text", "printed", "off"), ("image", "batch")


class AllNegativePenalty:
    """Equation (10) of https://arxiv.org/abs/2308.00166: p is 2 for some images, else 1.

    The paper's equation and its text contradict each other: the equation doubles images with *some*
    prediction above the threshold, the text those with none.

    Args:
        mode: ``'text'``, ``'printed'`` for the equation, or ``'off'`` for p = 1.
        threshold: Probability above which a prediction counts as positive.
        scope: Whether predictions of the ``'image'`` or of the whole ``'batch'`` decide.
    """

    def __init__(self, mode: str, threshold: float, scope: str):
        if not 0 < threshold < 1:
            raise ValueError(f"p_thr={threshold} is outside (0, 1): it is a probability.")
        self.mode, self.scope = mode, scope
        self.logit = math.log(threshold / (1 - threshold))

    def __call__(self, logits: Tensor) -> Tensor | None:
        """Mark the images that count twice: ``(N, 1)`` of 1 and 0; None if the penalty is off."""
        if self.mode == "off":
            return None
        if not logits.numel():
            return logits.new_zeros(len(logits), 1)
        top = logits.amax(1, keepdim=True)
        if self.scope == "batch":
            top = top.amax().expand_as(top)
        doubled = top <= self.logit if self.mode == "text" else top > self.logit
        return doubled.to(logits.dtype)

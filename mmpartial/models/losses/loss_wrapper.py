"""The base of losses that contain another loss."""

from torch import Tensor

from .partial_loss import PartialLoss


class LossWrapper(PartialLoss):
    """Base of losses around another loss; probabilities of logits are those of the loss inside.

    Attributes:
        loss: The loss inside, which a subclass sets.
    """

    loss: PartialLoss

    def posterior(self, logits: Tensor) -> Tensor:
        """Probabilities, by the loss inside."""
        return self.loss.posterior(logits)

    def log_odds(self, logits: Tensor) -> Tensor:
        """Log odds that heads predict, by the loss inside."""
        return self.loss.log_odds(logits)

    def untilted(self, logits: Tensor) -> Tensor:
        """Log odds that calibration starts from, by the loss inside."""
        return self.loss.untilted(logits)

    def prior_logits(self, done: float) -> Tensor:
        """Logits of a model that does not look at images, by the loss inside."""
        return self.loss.prior_logits(done)

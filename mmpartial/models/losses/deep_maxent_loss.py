"""DeepMaxent: in each class, the positives against all images of the batch."""

from torch import Tensor

from ...labels import LabelBatch
from ...registry import MODELS
from .gathering import logsumexp_of_processes, with_summed_gradient
from .partial_loss import PartialLoss, mean_of_processes


@MODELS.register_module()
class DeepMaxentLoss(PartialLoss):
    r"""Maximum entropy loss of DeepMaxent, https://arxiv.org/abs/2412.19217.

    The authors' code is https://github.com/RYCKEWAERT/deepmaxent. The loss needs positives alone,
    such as sightings of species. In each class, a softmax over the B images of the batch says in
    which images it is likeliest, and a positive costs

    .. math:: -\log \frac{e^{x_{ic}}}{\sum_{j=1}^B e^{x_{jc}}}

    All other labels, negative or unknown, only are in the sum. A constant that is added to all
    logits of a class changes nothing. So scores rank the images of a class, but 0 is no threshold,
    and scores of two classes cannot be compared, as ``micro_AP`` does, before a calibration.

    Args:
        sync: The softmax is over the images of all processes; if False, each process uses its own
            batch.
        average: ``'element'`` (the authors'), ``'image'``, ``'known'`` or ``'sum'``.
    """

    samples_unknown = False
    least_images = 2

    def __init__(self, *, sync: bool = False, average: str = "element"):
        super().__init__(average)
        self.sync, self.per_batch = sync, not sync

    def compute(self, logits: Tensor, labels: LabelBatch) -> Tensor:
        """See :class:`DeepMaxentLoss`."""
        if logits.numel() == 0:
            return logits.sum()
        whole, positives = logits.logsumexp(0), labels.positive
        number = positives.sum(0)
        if self.sync:
            whole = with_summed_gradient(logsumexp_of_processes(whole))
            number = mean_of_processes(number)
        return self.reduce((number * whole).sum() - (positives * logits).sum(), labels)

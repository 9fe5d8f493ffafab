"""MMPretrain's multi-label heads that let a share q of the unknown labels count in each step."""

from mmpretrain.models.heads import CSRAClsHead, MultiLabelLinearClsHead
from torch import Tensor

from ...registry import MODELS
from .class_sampling import ClassSamplingMixin
from .q_sampling_mixin import QSamplingMixin


@MODELS.register_module()
class QSamplingHead(ClassSamplingMixin, MultiLabelLinearClsHead):
    """MMPretrain's multi-label linear head with :class:`QSamplingMixin`.

    It can also compute only some of the classes, see
    :class:`~mmpartial.models.heads.class_sampling.ClassSamplingMixin`.
    """

    def pre_logits(self, feats: tuple[Tensor]) -> Tensor:
        """The last of the backbone's features, ``(N, D)``.

        Raises:
            ValueError: The features are a map or tokens, or their width is not D.
        """
        features = super().pre_logits(feats)
        if features.dim() != 2:
            last = features.dim() == 3 or features.shape[-1] == self.in_channels
            neck = "mmpartial.ChannelsLastPooling" if last else "GlobalAveragePooling"
            raise ValueError(
                f"the features are {tuple(features.shape)}, a map or tokens, and not one vector "
                f"for each image: the pooling is missing. Set model.neck=dict(type={neck!r})."
            )
        if features.shape[1] != self.in_channels:
            raise ValueError(
                f"the features of an image are {features.shape[1]} numbers, but model.head."
                f"in_channels={self.in_channels}: if the backbone gives tokens, or maps with the "
                "channels last, set model.neck=dict(type='mmpartial.ChannelsLastPooling'), else "
                f"set it to {features.shape[1]}."
            )
        return features


@MODELS.register_module()
class QSamplingCSRAHead(QSamplingMixin, CSRAClsHead):
    """MMPretrain's CSRA head with :class:`QSamplingMixin`."""

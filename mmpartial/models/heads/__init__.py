from .boostlu_head import BoostLUHead
from .normalized_head import NormalizedClassifier, NormalizedHead
from .q_sampling_head import QSamplingCSRAHead, QSamplingHead
from .q_sampling_mixin import QSamplingMixin
from .unknown_sampling import sample_unknown

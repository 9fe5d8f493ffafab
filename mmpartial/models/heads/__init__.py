from .boostlu_head import BoostLUHead
from .normalized_head import NormalizedClassifier, NormalizedHead
from .q_sampling_head import QSamplingCSRAHead, QSamplingHead, QSamplingMixin, sample_unknown

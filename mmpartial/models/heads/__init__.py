from .q_sampling_head import QSamplingCSRAHead, QSamplingHead, QSamplingMixin, sample_unknown

__all__ = ["QSamplingCSRAHead", "QSamplingHead", "QSamplingMixin", "sample_unknown"]

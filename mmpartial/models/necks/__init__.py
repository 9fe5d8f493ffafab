from .log_softmax_neck import LogSoftmaxProjection

__all__ = ["LogSoftmaxProjection"]

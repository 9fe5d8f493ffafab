from .channels_last_pooling import ChannelsLastPooling
from .log_softmax_neck import LogSoftmaxProjection

__all__ = ["ChannelsLastPooling", "LogSoftmaxProjection"]

"""Where training stands, outside of a Runner."""

from contextlib import contextmanager
from itertools import count

from mmengine.logging import MessageHub

_number = count()


@contextmanager
def at_epoch(epoch, max_epochs=100):
    """Say that ``epoch``, 0-based, is being trained."""
    hub = MessageHub.get_instance(f"at_epoch_{next(_number)}")
    for key, value in dict(epoch=epoch, max_epochs=max_epochs, iter=0, max_iters=1).items():
        hub.update_info(key, value)
    try:
        yield
    finally:
        MessageHub._instance_dict.pop(hub.instance_name)

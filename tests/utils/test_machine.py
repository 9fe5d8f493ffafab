import os

from mmpartial.apis.prediction.image_inputs import batches
from mmpartial.utils.machine import cores


def test_cores_are_those_that_the_process_may_use(monkeypatch):
    """A scheduler may give a job two of the machine's cores."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3, 5}, raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    assert cores() == batches([0, 1, 2], batch_size=1, workers=None).num_workers == 2
    monkeypatch.delattr(os, "sched_getaffinity")
    assert cores() == 64

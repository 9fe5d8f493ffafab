"""The sampler against MMEngine's."""

import tracemalloc

import pytest
from mmengine.dataset import DefaultSampler

from mmpartial.datasets import ArraySampler, array_sampler


def order(kind, rank, world_size, monkeypatch, size=50, **kwargs):
    monkeypatch.setattr("mmengine.dataset.sampler.get_dist_info", lambda: (rank, world_size))
    sampler = kind(range(size), seed=7, **kwargs)
    sampler.set_epoch(3)
    indices = list(sampler)
    assert len(indices) == len(sampler)
    return indices


@pytest.mark.parametrize("world_size", [1, 3])
@pytest.mark.parametrize("options", [dict(shuffle=True), dict(shuffle=False),
                                     dict(shuffle=True, round_up=False)])  # fmt: skip
def test_the_order_is_that_of_mmengines_sampler(monkeypatch, options, world_size):
    monkeypatch.setattr(array_sampler, "_CHUNK", 4)
    for rank in range(world_size):
        ours, stock = (
            order(kind, rank, world_size, monkeypatch, **options)
            for kind in (ArraySampler, DefaultSampler)
        )
        assert ours == stock and all(type(index) is int for index in ours)


def test_more_processes_than_images(monkeypatch):
    for rank in range(5):
        ours = order(ArraySampler, rank, 5, monkeypatch, size=2)
        assert ours == order(DefaultSampler, rank, 5, monkeypatch, size=2)


def test_there_is_no_list_of_all_indices():
    sampler = ArraySampler(range(300_000), seed=0)
    tracemalloc.start()
    next(iter(sampler))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000  # MMEngine's takes 12,000,000

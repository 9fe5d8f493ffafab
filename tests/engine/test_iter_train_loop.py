"""Iteration-based training, pass by pass."""

import pytest
from mmengine.registry import RUNNERS
from mmengine.runner import IterBasedTrainLoop

from mmpartial.engine.iter_train_loop import ResumableIterTrainLoop
from mmpartial.engine.train_loop import in_unit_of
from mmpartial.progress import pass_length
from tests.runs import plain_pipeline, tiny_config


def runner(where, sampler, drop_last=False):
    """A tiny run of 64 images in batches of 14."""
    made = RUNNERS.build(
        tiny_config(
            where,
            train_cfg=dict(_delete_=True, by_epoch=False, max_iters=12, val_interval=100),
            train_dataloader__sampler=dict(type=sampler, shuffle=True),
            train_dataloader__batch_size=14,
            train_dataloader__drop_last=drop_last,
            train_dataloader__dataset__dataset__pipeline=plain_pipeline(),
        )
    )
    made._train_loop = made.build_train_loop(made._train_loop)
    return made


def take(loop, count):
    """The numbers of the images in the next batches."""
    found = []
    for _ in range(count):
        batch = next(loop.dataloader_iterator)
        found.append([sample.row for sample in batch["data_samples"]])
        loop._iter += 1
    return found


@pytest.mark.parametrize("drop_last", [False, True])
@pytest.mark.parametrize("sampler", ["InfiniteSampler", "DefaultSampler"])
def test_the_order_is_that_of_mmengine_after_a_restart_as_well(
    tmp_path, sampler, drop_last, monkeypatch
):
    monkeypatch.setattr("time.sleep", lambda seconds: None)  # MMEngine's sleeps after each pass
    made = runner(tmp_path, sampler, drop_last)
    loop = made.train_loop
    assert type(loop) is ResumableIterTrainLoop
    stock = IterBasedTrainLoop(made, runner(tmp_path, sampler, drop_last).train_dataloader, 12)
    wanted = take(stock, 12)
    assert take(loop, 12) == wanted

    for start in (3, 4, 5, 11):
        again = runner(tmp_path, sampler, drop_last).train_loop
        again._iter = start
        if start % 2:  # as older and newer versions of MMEngine leave out the batches that are done
            assert [next(again.dataloader_iterator) for _ in range(start)] == [None] * start
        else:
            again.dataloader_iterator.skip_iter(start)
        assert take(again, 12 - start) == wanted[start:]


def test_a_pass_ends_where_the_data_end(tmp_path):
    numbers = []
    for sampler, drop_last in (("DefaultSampler", True), ("InfiniteSampler", True)):
        made = runner(tmp_path, sampler, drop_last)
        made.call_hook = lambda name, number: numbers.append(number)
        take(made.train_loop, pass_length(made) + 1)
        assert pass_length(made) == 4 + (sampler == "InfiniteSampler")
        assert numbers == [0, 1]
        numbers.clear()


def test_log_lines_count_iterations(tmp_path):
    assert runner(tmp_path, "DefaultSampler").log_processor.by_epoch is False
    assert in_unit_of(dict(by_epoch=False), dict(by_epoch=True)) == dict(by_epoch=True)
    assert in_unit_of(dict(by_epoch=True), {}) == in_unit_of(None, dict(by_epoch=True))

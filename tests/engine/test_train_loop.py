"""The rest of an epoch."""

import pytest
import torch
from mmengine.dataset import DefaultSampler
from mmengine.registry import RUNNERS
from torch.utils.data import DataLoader

from mmpartial.engine.train_loop import ResumableTrainLoop, rest_of
from tests.runs import tiny_config


@pytest.mark.parametrize("workers", [0, 1])
def test_the_rest_is_what_follows(workers):
    loaded = []

    class Numbers(torch.utils.data.Dataset):
        def __len__(self):
            return 11

        def __getitem__(self, index):
            loaded.append(index)
            return index

    data = Numbers()
    sampler = DefaultSampler(data, seed=3)
    loader = DataLoader(data, batch_size=2, sampler=sampler, num_workers=workers)
    sampler.set_epoch(5)
    whole = [batch.tolist() for batch in loader]
    loaded.clear()
    rest = rest_of(loader, 4)
    assert [batch.tolist() for batch in rest] == whole[4:] and len(rest) == 2
    assert len(loaded) == (0 if workers else 3)  # nothing that is left out
    assert list(rest_of(loader, 6)) == [] and rest_of(loader, 0) is loader


def test_epochs_of_another_length_start_over(tmp_path, caplog):
    runner = RUNNERS.build(tiny_config(tmp_path, train_cfg__max_epochs=3))
    loop = runner.build_train_loop(runner._train_loop)
    runner.optim_wrapper = runner.build_optim_wrapper(runner.optim_wrapper)
    assert type(loop) is ResumableTrainLoop and len(loop.dataloader) == 4
    loop._epoch, loop._iter = 1, 7
    assert loop._batches_done() == 3 and loop._iter == 7
    runner.logger.addHandler(caplog.handler)
    for before, done in ((5, 2), (7, 0)):  # such as other batches, within and after an epoch
        runner.message_hub.update_info("pass_length", before)
        loop._iter = 7
        assert loop._batches_done() == 0 and loop._iter == 4  # a pass ends with each epoch
        assert ("epoch had 5 batches, and now has 4" in caplog.text) == (done > 0)
        caplog.clear()

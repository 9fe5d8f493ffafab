"""The last good checkpoint is there until the next one is on the disk."""

import os
import stat

import torch

from mmpartial.engine.checkpoints import newest_whole
from mmpartial.utils.whole_file import whole_file
from tests.runs import tiny_runner


def test_a_name_is_on_the_disk_before_anything_else_happens(tmp_path, monkeypatch):
    synced = []

    def note(number):
        kind = "folder" if stat.S_ISDIR(os.fstat(number).st_mode) else "file"
        synced.append((kind, (tmp_path / "a").exists()))

    monkeypatch.setattr(os, "fsync", note)
    with whole_file(tmp_path / "a") as partial:
        partial.write_text("a")
    assert synced == [("file", False), ("folder", True)]


def test_a_run_goes_on_from_a_preemption_or_else_from_an_epoch(tmp_path):
    for age, name in enumerate(("preempted.pth", "epoch_2.pth", "epoch_1.pth")):
        torch.save(dict(state_dict={}), tmp_path / name)
        os.utime(tmp_path / name, (1e9 - age, 1e9 - age))
    template, named = "epoch_{}.pth", str(tmp_path / "preempted.pth")
    assert newest_whole(tmp_path, template, named).name == "preempted.pth"
    assert newest_whole(tmp_path, template, "").name == "preempted.pth"
    os.truncate(tmp_path / "preempted.pth", 100)
    assert newest_whole(tmp_path, template, named).name == "epoch_2.pth"


def test_the_best_checkpoint_stays_until_a_better_one_is_written(tmp_path):
    runner = tiny_runner(tmp_path, train_cfg__val_interval=1, val_dataloader__dataset__indices=20,
                         train_cfg__max_epochs=3)  # fmt: skip
    scores, seen = iter([0.1, 0.3, 0.2]), []
    evaluate, save = runner.val_loop.evaluator.evaluate, runner.save_checkpoint

    def look(folder, filename, *args, **kwargs):
        seen.append((filename[-11:], [path.name[-11:] for path in tmp_path.glob("best_*.pth")]))
        save(folder, filename, *args, **kwargs)

    runner.val_loop.evaluator.evaluate = lambda n: {**evaluate(n), "multi-label/mAP": next(scores)}
    runner.save_checkpoint = look
    runner.train()
    first, second = "epoch_1.pth", "epoch_2.pth"
    assert seen == [
        (first, []), (first, []), (first, [first]),  # after training, the best, with its score
        (second, [first]), (second, [first]), (second, [second]),
        ("epoch_3.pth", [second]),
    ]  # fmt: skip
    assert [path.name[-11:] for path in tmp_path.glob("best_*.pth")] == [second]

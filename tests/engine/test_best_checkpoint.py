"""The best checkpoint of runs that resume elsewhere, or with another validation."""

import copy
import shutil

import pytest
import torch

from mmpartial.utils.torch_load import read_checkpoint
from tests.runs import tiny_runner

BCE = dict(model__head__loss=dict(_delete_=True, type="mmpartial.PartialBCELoss"), custom_hooks=[],
           train_cfg__val_interval=1, val_dataloader__dataset__indices=20)  # fmt: skip


def train(folder, epochs, **options):
    options = copy.deepcopy({**BCE, **options})  # MMEngine takes _delete_ out of dicts
    runner = tiny_runner(folder, resume=True, train_cfg__max_epochs=epochs, **options)
    runner.train()
    return runner.message_hub


def set_best_score(folder, score):
    """Write another best score of each metric into the first checkpoint."""
    file = folder / "epoch_1.pth"
    checkpoint = read_checkpoint(file)
    info = checkpoint["message_hub"]["runtime_info"]
    info.update({key: score for key in info if key.startswith("best_score")})
    torch.save(checkpoint, file)


def best(folder):
    return sorted(path.name for path in folder.glob("best_*"))


@pytest.mark.parametrize("how", ["copied", "moved"])
def test_a_copied_or_moved_run_has_its_own_best(tmp_path, how):
    first, second = tmp_path / "first", tmp_path / "second"
    train(first, 1)
    before = best(first)
    (shutil.copytree if how == "copied" else shutil.move)(first, second)
    set_best_score(second, 0.0)  # and so the next epoch is better
    hub = train(second, 2)
    assert best(second) == ["best_multi-label_mAP_epoch_2.pth"]
    assert hub.get_info("best_ckpt") == str(second / best(second)[0])
    if how == "copied":
        assert best(first) == before


def test_each_metric_has_its_own_best(tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    save = dict(save_best=["multi-label/mAP", "multi-label/CF1"], rule="greater")
    both = {f"default_hooks__checkpoint__{key}": value for key, value in save.items()}
    train(first, 1, **both)
    before = best(first)
    shutil.copytree(first, second)
    set_best_score(second, -1.0)
    train(second, 2, **both)
    names = [f"best_multi-label_{metric}_epoch_{{}}.pth" for metric in ("CF1", "mAP")]
    assert best(first) == before == [name.format(1) for name in names]
    assert best(second) == [name.format(2) for name in names]


def test_a_run_that_goes_on_in_another_folder_leaves_the_best_where_it_is(tmp_path):
    train(tmp_path / "first", 1)
    set_best_score(tmp_path / "first", 0.0)
    before = best(tmp_path / "first")
    train(tmp_path / "second", 2, load_from=str(tmp_path / "first" / "epoch_1.pth"))
    assert best(tmp_path / "first") == before
    assert best(tmp_path / "second") == ["best_multi-label_mAP_epoch_2.pth"]


def test_a_best_that_stays_the_best_is_found_in_the_new_folder(tmp_path):
    hooks = dict(custom_hooks=[dict(type="mmpartial.FinalTestHook")])
    train(tmp_path / "first", 1, **hooks)
    set_best_score(tmp_path / "first", 100.0)
    second = shutil.move(tmp_path / "first", tmp_path / "second")
    (second / "final_test.json").unlink()
    hub = train(second, 2, **hooks)
    assert hub.get_info("best_ckpt") == str(second / "best_multi-label_mAP_epoch_1.pth")
    assert (second / "final_test.json").exists()


def test_a_best_that_is_gone_is_chosen_anew(tmp_path):
    train(tmp_path, 1)
    set_best_score(tmp_path, 100.0)
    (tmp_path / best(tmp_path)[0]).unlink()
    assert train(tmp_path, 2).get_info("best_score") < 100
    assert best(tmp_path) == ["best_multi-label_mAP_epoch_2.pth"]


@pytest.mark.parametrize("options", [
    dict(val_dataloader__dataset__indices=30),
    dict(default_hooks__checkpoint__save_best="multi-label/CF1"),
    dict(val_evaluator=dict(type="mmpartial.PartialMultiLabelMetric", thr=0.3)),
])  # fmt: skip
def test_scores_of_another_validation_are_not_compared(tmp_path, options):
    train(tmp_path, 1)
    set_best_score(tmp_path, 100.0)
    assert train(tmp_path, 2, **options).get_info("best_score") < 100
    assert any("epoch_2" in name for name in best(tmp_path))


def test_the_same_images_elsewhere_are_the_same_validation(tmp_path):
    train(tmp_path, 1)
    set_best_score(tmp_path, 100.0)
    hub = train(tmp_path, 2, val_dataloader__dataset__data_root=".", val_dataloader__num_workers=1)
    assert hub.get_info("best_score") == 100

"""Where biases start, and how they move."""

import shutil

import pytest
import torch

from mmpartial.datasets import find_partial
from mmpartial.utils.torch_load import read_checkpoint
from tests.runs import digits_leaf, tiny_runner

HOOKS = [dict(type="mmpartial.PseudoLabelHook"), dict(type="mmpartial.PriorBiasHook")]
SHARPENING = dict(model__head__loss__chance=((0.0, 10.0), (-1.0, -8.0)),
                  train_dataloader__dataset__setting="SPL",
                  train_dataloader__dataset__ratio=None)  # fmt: skip
NAME = "head.fc.bias"


def run(folder, leaf="", **options):
    """The biases at the end, and the loss, of a run that does not learn."""
    options = dict(optim_wrapper__optimizer__lr=0.0, param_scheduler=None) | options
    runner = tiny_runner(folder, digits_leaf(leaf), custom_hooks=HOOKS, **options)
    runner.train()
    return runner.model.state_dict()[NAME], runner


def prior(runner, done):
    return runner.model.head.loss_module.prior_logits(done)


def test_a_class_starts_at_its_share_of_positives(tmp_path):
    bias, runner = run(tmp_path, model__head__loss__gate=40)
    labels = torch.from_numpy(find_partial(runner.train_dataloader.dataset).labels.dense())
    share = (labels == 1).sum(0) / (labels >= 0).sum(0)
    likely = runner.model.head.loss_module.posterior(bias)
    fair = (labels == 0).any(0) & (share > 0)  # unknown labels of these classes are left out
    torch.testing.assert_close(likely[fair], share[fair])
    assert len(share[fair].unique()) > 5 and bias.isfinite().all() and (bias[share == 0] < -2).all()


def test_biases_follow_the_chance_of_unknown_labels(tmp_path):
    bias, runner = run(tmp_path / "whole", **SHARPENING)
    torch.testing.assert_close(bias, prior(runner, 0.5).float())  # since the second of two passes
    assert (prior(runner, 0.0) > prior(runner, 0.5) + 1).all()
    shutil.copytree(tmp_path / "whole", tmp_path / "resumed")
    (tmp_path / "resumed" / "epoch_2.pth").unlink()
    (tmp_path / "resumed" / "last_checkpoint").write_text(str(tmp_path / "resumed" / "epoch_1.pth"))
    assert torch.equal(run(tmp_path / "resumed", resume=True, **SHARPENING)[0], bias)


def test_trained_biases_go_back_to_the_start_of_the_schedule(tmp_path):
    file = tmp_path / "old" / "epoch_1.pth"
    bias, runner = run(tmp_path / "old", **SHARPENING)
    trained = read_checkpoint(file)
    trained["state_dict"][NAME] = prior(runner, 1.0).float() + 1
    torch.save(trained, file)
    again, _ = run(tmp_path / "new", load_from=str(file), **SHARPENING)
    torch.testing.assert_close(again, bias + 1)
    del trained["state_dict"][NAME]
    torch.save(trained, file)
    assert torch.equal(run(tmp_path / "backbone", load_from=str(file), **SHARPENING)[0], bias)


@pytest.mark.parametrize("times, moves", [(9.0, True), (10.0, False)])
def test_biases_that_learn_fast_find_their_place_themselves(tmp_path, times, moves):
    rates = dict(optim_wrapper__optimizer__lr=1e-9,
                 optim_wrapper__paramwise_cfg=dict(bias_lr_mult=times))  # fmt: skip
    bias, _ = run(tmp_path, **SHARPENING, **rates)
    assert (bias.abs().max() > 1) == moves


@pytest.mark.parametrize(
    "leaf, options", [("assume_negative", {}), ("", {"model__head__loss__ratio_mode": "gated"})]
)
def test_a_loss_that_does_not_say_where_biases_start(tmp_path, leaf, options):
    with pytest.raises(ValueError, match="Loss does not say where biases should start: take Prior"):
        run(tmp_path, leaf, **options)

"""Where biases start, and when they stay as they are."""

import pytest
import torch

from mmpartial.datasets import find_partial
from mmpartial.utils.torch_load import read_checkpoint
from tests.runs import digits_leaf, tiny_runner

HOOKS = [dict(type="mmpartial.PseudoLabelHook"), dict(type="mmpartial.PriorBiasHook")]
NAME = "head.fc.bias"


def run(folder, leaf="", **options):
    """The biases at the start, and the runner, of a run that does not change them."""
    options = dict(optim_wrapper__optimizer__lr=0.0, param_scheduler=None, **options)
    runner = tiny_runner(folder, digits_leaf(leaf), custom_hooks=HOOKS, **options)
    runner.train()
    return runner.model.state_dict()[NAME], runner


def test_a_class_starts_at_its_share_of_positives(tmp_path):
    bias, runner = run(tmp_path, model__head__loss__gate=40)
    labels = torch.from_numpy(find_partial(runner.train_dataloader.dataset).labels.dense())
    share = (labels == 1).sum(0) / (labels >= 0).sum(0)
    likely = runner.model.head.loss_module.posterior(bias)
    fair = (labels == 0).any(0) & (share > 0)  # unknown labels of these classes are left out
    torch.testing.assert_close(likely[fair], share[fair])
    assert len(share[fair].unique()) > 5 and bias.isfinite().all() and (bias[share == 0] < -2).all()


def test_biases_of_a_checkpoint_stay(tmp_path):
    bias, _ = run(tmp_path / "old")
    file = tmp_path / "old" / "epoch_1.pth"
    trained = read_checkpoint(file)
    trained["state_dict"][NAME] += 1
    torch.save(trained, file)
    for options in (dict(load_from=str(file)), dict(resume=True, load_from=str(file))):
        assert torch.equal(run(tmp_path / str(len(options)), **options)[0], bias + 1)
    del trained["state_dict"][NAME]
    torch.save(trained, file)
    assert torch.equal(run(tmp_path / "backbone", load_from=str(file))[0], bias)


@pytest.mark.parametrize(
    "leaf, options", [("assume_negative", {}), ("", {"model__head__loss__ratio_mode": "gated"})]
)
def test_a_loss_without_prior_logits(tmp_path, leaf, options):
    with pytest.raises(ValueError, match="Loss has no logits that predict the shares of positives"):
        run(tmp_path, leaf, **options)

"""Pretrained weights that did not arrive."""

import pytest
import timm
import torch

from mmpartial.engine.checks import GuardError
from mmpartial.utils.torch_load import read_checkpoint
from tests.runs import tiny_runner


@pytest.fixture
def saved(tmp_path):
    """Writes the weights of the tiny backbone under other names."""
    own = tiny_runner(tmp_path / "other").model.backbone.state_dict()

    def write(rename, wrap=lambda state: state):
        state = {rename(name): value for name, value in own.items()}
        torch.save(wrap(state), tmp_path / "weights.pth")
        return str(tmp_path / "weights.pth")

    return write


def run(tmp_path, checkpoint, **options):
    init = dict(type="Pretrained", checkpoint=checkpoint, **options)
    return tiny_runner(
        tmp_path / "run", model__backbone__init_cfg=[init],
        train_cfg__max_epochs=1, train_cfg__val_interval=9,
    )  # fmt: skip


def stopped(tmp_path, checkpoint, **options):
    with pytest.raises(GuardError, match=r"^mmpartial guard: model\.backbone got ") as error:
        run(tmp_path, checkpoint, **options).train()
    return str(error.value)


def test_weights_that_fit_are_loaded(tmp_path, saved):
    run(tmp_path, saved(lambda name: name)).train()
    run(tmp_path, saved(lambda name: f"backbone.{name}"), prefix="backbone").train()
    run(
        tmp_path, saved(lambda n: f"module.{n}", lambda state: dict(state_dict=state, meta={}))
    ).train()


@pytest.mark.parametrize("prefix", ["backbone", "encoder.net"])
def test_the_prefix_that_fits_is_named(tmp_path, saved, prefix):
    message = stopped(tmp_path, saved(lambda name: f"{prefix}.{name}"))
    assert "got 0 of its" in message and "would train from random weights" in message
    assert f"the file such as '{prefix}.conv1.weight'" in message
    assert message.endswith(f"set prefix='{prefix}' in its init_cfg.")


def test_a_prefix_that_should_not_be_there(tmp_path, saved):
    # MMEngine itself refuses a prefix that selects nothing; one that selects a few passes there.
    name = saved(lambda name: name)
    message = stopped(tmp_path, name, prefix="layer1")
    assert message.endswith("set prefix=None in its init_cfg.")


def test_a_plain_file_of_timm_in_mmpretrains_wrapper(tmp_path):
    weights = str(tmp_path / "timm.pth")
    torch.save(timm.create_model("test_resnet").state_dict(), weights)
    backbone = dict(
        _delete_=True, type="TIMMBackbone", model_name="test_resnet",
        init_cfg=dict(type="Pretrained", checkpoint=weights),
    )  # fmt: skip
    runner = tiny_runner(tmp_path / "run", model__backbone=backbone, model__head__in_channels=96)
    with pytest.raises(GuardError, match="has these names without 'timm_model.'.*_overlay=") as e:
        runner.train()
    assert weights in str(e.value)


def test_another_network(tmp_path, saved):
    checkpoint = saved(lambda name: name)
    state = read_checkpoint(checkpoint)
    torch.save({name: torch.zeros(3) for name in state}, checkpoint)
    assert stopped(tmp_path, checkpoint).endswith("to the file of this network.")


def test_a_checkpoint_that_follows_replaces_them(tmp_path, saved):
    wrong = saved(lambda name: f"encoder.{name}")
    first = tiny_runner(tmp_path / "first", train_cfg__max_epochs=1, train_cfg__val_interval=9)
    first.train()
    runner = run(tmp_path, wrong)
    runner._load_from = str(tmp_path / "first" / "epoch_1.pth")
    runner.train()

"""Which pseudo labels a run keeps, and the sentence about it."""

import pytest
import torch

from mmpartial.engine.hooks import PseudoLabelHook, pseudo_label_choice
from mmpartial.engine.hooks.pseudo_label_choice import choose, size_of
from tests.engine.test_hooks import BCE, hook
from tests.runs import tiny_runner

OPEN_IMAGES = (9_000_000, 9_605)


def memory(monkeypatch, size):
    monkeypatch.setattr(pseudo_label_choice, "ram_bytes", lambda: size)


def test_by_size(monkeypatch):
    memory(monkeypatch, 32 * 2**30)
    assert choose(None, (100_000, 80), "float16", 8) == (
        None,
        "because all of them take at most a quarter of this machine's memory (122.1 MiB of 32.0 "
        "GiB)",
    )
    assert choose(None, OPEN_IMAGES, "uint8", 1) == (
        64,
        "because all of them take more than a quarter of this machine's memory (80.5 GiB of 32.0 "
        "GiB)",
    )
    assert size_of(64, OPEN_IMAGES, "uint8") == "2.1 GiB"
    memory(monkeypatch, 4 * 1000)
    keeps = [choose(None, (10, 10), *options)[0] for options in
             (("uint8", 10), ("uint8", 11), ("float16", 5), ("float16", 6))]  # fmt: skip
    assert keeps == [None, 10, None, 10]
    memory(monkeypatch, None)
    assert choose(None, OPEN_IMAGES, "float16", 1)[0] is None


def test_what_was_decided_stays(monkeypatch):
    memory(monkeypatch, 1)
    assert choose(None, (10, 10), "uint8", 1, resumed="all") == (None, "as in the checkpoint")
    assert choose(None, (10, 10), "uint8", 1, resumed=9) == (9, "as in the checkpoint")
    assert choose("all", (10, 10), "uint8", 1) == (None, "as PseudoLabelHook.keep='all' says")
    assert choose(7, (10, 10), "uint8", 1, resumed="all")[0] == 7  # and resuming says so


@pytest.mark.parametrize("keep", [0, "most", 2.5])
def test_wrong_options(keep):
    with pytest.raises(ValueError, match=f"keep={keep!r}: choose 'all', a number of at least 1"):
        PseudoLabelHook(keep=keep)


def test_a_run_that_has_no_room_for_all(tmp_path, monkeypatch, caplog):
    memory(monkeypatch, 4000)

    def runner(**options):
        pseudo = dict(type="mmpartial.PseudoLabelHook", init=0.0, momentum=0.5, **options)
        epochs = 1 + (tmp_path / "epoch_1.pth").exists()
        return tiny_runner(tmp_path, custom_hooks=[pseudo], resume=True,
                           train_cfg__max_epochs=epochs, **BCE)  # fmt: skip

    first = runner()
    first.logger.addHandler(caplog.handler)
    first.train()
    assert (
        "pseudo labels: the 40 largest of an image (0.0 MiB), in the file pseudo_labels, because "
        "all of them take more than a quarter of this machine's memory (0.0 MiB of 0.0 MiB)."
    ) in caplog.text
    table = hook(first, PseudoLabelHook).memory
    assert table.places == 40 and (tmp_path / "pseudo_labels.0").stat().st_size == 64 * 160
    before = table.values.clone()  # the second run goes on in the same file
    left = tmp_path / f"pseudo_labels_{'0' * 32}.pt"  # by a run that was killed
    left.touch()
    memory(monkeypatch, 2**40)
    again = runner()
    again.logger.addHandler(caplog.handler)
    again.train()
    assert "(0.0 MiB), in the file pseudo_labels, as in the checkpoint." in caplog.text
    other = hook(again, PseudoLabelHook).memory
    assert other.places == 40 and not torch.equal(other.values, before)
    assert not left.exists()


def test_a_start_value_needs_all(tmp_path):
    pseudo = dict(type="mmpartial.PseudoLabelHook", keep=8)
    with pytest.raises(ValueError, match=(
        r"keeps the 8 largest pseudo labels of each image, as PseudoLabelHook.keep=8 says, and the "
        r"others count as 0, but init=0.5: set init=0, or keep='all'"
    )):  # fmt: skip
        tiny_runner(tmp_path, custom_hooks=[pseudo], **BCE).train()

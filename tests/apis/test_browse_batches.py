import pytest

from mmpartial.apis import browse_batches
from tests.runs import digits_leaf, tiny_config


def test_batches_after_mixing(tmp_path):
    cfg = tiny_config(tmp_path, digits_leaf("logic_mix"))
    pages = [browse_batches(cfg, tmp_path / f"{n}.html", batches=2).read_text() for n in "ab"]
    assert pages[0] == pages[1]
    assert pages[0].count("data:image/jpeg") == 32 and "Batch 2" in pages[0]
    for text in ("a mixture", "PAL(ratio=0.6, seed=0)", "<b>?</b>", "positive labels"):
        assert text in pages[0], text


def test_batches_are_those_of_the_first_epoch(tmp_path):
    cfg = tiny_config(tmp_path, model__data_preprocessor=None)
    page = browse_batches(cfg, tmp_path / "page.html").read_text()
    cfg.randomness.seed = 1
    other = browse_batches(cfg, tmp_path / "other.html").read_text()
    assert page != other and "a mixture" not in page


def test_refusals(tmp_path):
    cfg = tiny_config(tmp_path)
    (tmp_path / "page.html").write_text("mine")
    with pytest.raises(FileExistsError, match=r"page\.html exists: give another name, or --force"):
        browse_batches(cfg, tmp_path / "page.html")
    with pytest.raises(ValueError, match="batches=0: give 1 or more"):
        browse_batches(cfg, tmp_path / "new.html", batches=0)
    cfg.train_dataloader.dataset = cfg.train_dataloader.dataset.dataset
    with pytest.raises(ValueError, match=r"has no mmpartial\.PartialLabelDataset: give a config"):
        browse_batches(cfg, tmp_path / "new.html")

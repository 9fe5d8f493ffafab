import pytest

from mmpartial.apis.last_checkpoint import last_checkpoint


def test_the_last_one_of_a_folder_that_was_moved(tmp_path):
    (tmp_path / "epoch_3.pth").touch()
    (tmp_path / "last_checkpoint").write_text("elsewhere/run/epoch_3.pth\n")
    assert last_checkpoint(tmp_path) == tmp_path / "epoch_3.pth"
    assert last_checkpoint(tmp_path / "epoch_1.pth") == tmp_path / "epoch_1.pth"


def test_a_folder_without_a_run(tmp_path):
    with pytest.raises(FileNotFoundError, match="has no file last_checkpoint"):
        last_checkpoint(tmp_path)

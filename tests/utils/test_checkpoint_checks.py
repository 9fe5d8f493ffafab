"""Checkpoints: archives that are no larger than they look, with contents that end."""

import zipfile

import pytest
import torch

from mmpartial.utils.checkpoint_checks import check_archive, check_nest, name_beside


def test_archives_of_torch_pass(tmp_path):
    torch.save(dict(a=torch.ones(3)), tmp_path / "a.pth")
    check_archive(tmp_path / "a.pth")


def test_other_files_are_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.pth", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/data/0", bytes(2**20))
    with pytest.raises(ValueError, match="a.pth holds more than its size"):
        check_archive(tmp_path / "a.pth")
    (tmp_path / "b.pth").write_bytes(b"\x80\x02}q\x00.")
    with pytest.raises(ValueError, match="b.pth is cut off, or not a checkpoint"):
        check_archive(tmp_path / "b.pth")


def test_lists_that_do_not_end():
    own: list = []
    own.append(own)
    double: list = []
    for _ in range(60):
        double = [double, double]
    for content in (dict(a=own), double):
        with pytest.raises(ValueError, match="lists in lists almost without end"):
            check_nest(content)
    check_nest(dict(a=[dict(b=(1, 2))] * 1000))


@pytest.mark.parametrize("name", ["/etc/passwd", "../x.pt", "a/x.pt", "", "..", None, ["x.pt"]])
def test_names_of_files_elsewhere(name):
    with pytest.raises(ValueError, match="which is not beside it"):
        name_beside(name)
    assert name_beside("x.pt") == "x.pt"

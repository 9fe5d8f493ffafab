"""What is not exported, and why."""

import errno
import runpy
import sys

import pytest
import torch

from mmpartial.apis import export, export_model
from tests.docs.pages import ROOT
from tests.exports import (
    BALANCE,
    RESIZE,
    RESNET,
    classifier,
    head,
    needs_torch,
    pipeline,
    write_checkpoint,
)


@pytest.fixture(scope="module")
def resnet(tmp_path_factory):
    """A checkpoint."""
    file = tmp_path_factory.mktemp("resnet") / "model.pth"
    model = classifier(head=head(32, loss="PartialImbalanceLoss"))
    return write_checkpoint(file, model, pipeline(RESIZE), loss_memory=BALANCE)


@needs_torch
@pytest.mark.parametrize("fault", ["probabilities", "answers"])
def test_a_file_with_other_results_is_not_left_behind(resnet, tmp_path, monkeypatch, fault):
    def write(program, file, about):
        file.write_bytes(b"wrong")
        run = program.module()

        def other(images):
            probabilities, positive = run(images)
            return (probabilities + 2e-4, positive) if fault == "probabilities" else (
                probabilities, ~positive
            )  # fmt: skip

        return other

    monkeypatch.setitem(export.WRITERS, ".pt2", write)
    with pytest.raises(ValueError, match=r"model\.pt2 is not written"):
        export_model(resnet, tmp_path / "model.pt2")
    assert not any(tmp_path.iterdir())


@needs_torch
def test_a_network_that_cannot_be_exported(resnet, tmp_path, monkeypatch):
    def write(program, file, about):
        raise RuntimeError("no operator\nmore")

    monkeypatch.setitem(export.WRITERS, ".pt2", write)
    with pytest.raises(ValueError, match=r"cannot export its ResNet \(no operator\)\.$"):
        export_model(resnet, tmp_path / "model.pt2")


@needs_torch
def test_a_full_disk_is_no_fault_of_the_network(resnet, tmp_path, monkeypatch):
    def write(program, file, about):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setitem(export.WRITERS, ".pt2", write)
    with pytest.raises(OSError, match=r"^\[Errno 28\] No space left on device: '.*model.pt2'$"):
        export_model(resnet, tmp_path / "model.pt2")


@needs_torch
def test_images_that_the_network_does_not_take(tmp_path):
    grey = classifier(head=head(32), backbone=dict(RESNET, in_channels=1))
    checkpoint = write_checkpoint(tmp_path / "model.pth", grey, pipeline(RESIZE))
    with pytest.raises(ValueError, match="the network cannot take images of"):
        export_model(checkpoint, tmp_path / "model.pt2")


def test_existing_files_endings_and_versions(resnet, tmp_path, monkeypatch):
    monkeypatch.setattr(torch, "__version__", "2.7.0")
    (tmp_path / "model.pt2").write_text("mine")
    with pytest.raises(FileExistsError, match=r"model\.pt2 exists: .* --force"):
        export_model(resnet, tmp_path / "model.pt2")
    assert (tmp_path / "model.pt2").read_text() == "mine"
    with pytest.raises(ValueError, match=r"ends in \.onnx or \.pt2"):
        export_model(resnet, tmp_path / "model.pth")
    monkeypatch.setattr(export, "find_spec", lambda name: None if name == "onnxscript" else name)
    with pytest.raises(ModuleNotFoundError, match="ONNX needs onnxscript: run pip install"):
        export_model(resnet, tmp_path / "model.onnx")
    monkeypatch.setattr(torch, "__version__", "2.6.1")
    with pytest.raises(ValueError, match=r"export needs torch>=2\.7, and 2\.6\.1 is installed"):
        export_model(resnet, tmp_path / "model.onnx")


def test_the_tool_says_what_is_wrong(resnet, tmp_path, monkeypatch):
    arguments = ["export.py", str(tmp_path / "none.pth"), "--out", str(tmp_path / "model.txt")]
    monkeypatch.setattr(sys, "argv", arguments)
    with pytest.raises(SystemExit, match="ends in"):
        runpy.run_path(str(ROOT / "tools" / "export.py"), run_name="__main__")

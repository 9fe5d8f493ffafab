"""Files of weights that MMEngine loads by load_from, --resume or init_cfg."""

import http.server
import os
import threading
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from mmengine.runner import CheckpointLoader

from mmpartial.engine import weights_only
from mmpartial.utils import torch_load
from tests.runs import tiny_runner

ADVICE = r"bad.pth asks for \S*system, which may be a program, .*save its weights alone"
# From torch 2.6 on, and before.
LISTS_TYPES = [True, False] if torch_load._LISTS_TYPES else [False]
versions = pytest.mark.parametrize("lists_types", LISTS_TYPES)


class Attack:
    """Pickles to a call that leaves a file."""

    def __init__(self, mark):
        self.mark = mark

    def __reduce__(self):
        return os.system, (f"touch {self.mark}",)


@pytest.fixture(params=[True, False], ids=["archive", "before torch 1.6"])
def bad(request, tmp_path):
    file = tmp_path / "bad.pth"
    content = dict(state_dict=dict(w=torch.ones(1)), x=Attack(tmp_path / "mark"))
    torch.save(content, file, _use_new_zipfile_serialization=request.param)
    yield str(file)
    assert not (tmp_path / "mark").exists()


def load(name):
    return CheckpointLoader.load_checkpoint(name, "cpu", logger=None)


@versions
def test_no_program_is_run(bad, lists_types, monkeypatch):
    monkeypatch.setattr(torch_load, "_LISTS_TYPES", lists_types)
    with pytest.raises(ValueError, match=ADVICE):
        load(bad)


@pytest.mark.parametrize("way", ["load_from", "resume", "init_cfg"])
def test_each_way_is_closed(tmp_path, bad, way):
    init = dict(model__backbone__init_cfg=[dict(type="Pretrained", checkpoint=bad)])
    options = dict(load_from=dict(load_from=bad), resume=dict(load_from=bad, resume=True))
    runner = tiny_runner(tmp_path / "run", **options.get(way, init))
    with pytest.raises(ValueError, match=ADVICE):
        runner.train()


@versions
@pytest.mark.parametrize("archive", [True, False])
def test_weights_are_loaded(tmp_path, lists_types, archive, monkeypatch):
    monkeypatch.setattr(torch_load, "_LISTS_TYPES", lists_types)
    content = dict(state_dict=dict(w=torch.arange(3.0)), meta=dict(epoch=1))
    torch.save(content, tmp_path / "x.pth", _use_new_zipfile_serialization=archive)
    found = load(str(tmp_path / "x.pth"))
    assert found["meta"] == dict(epoch=1) and found["state_dict"]["w"].tolist() == [0, 1, 2]


@pytest.mark.parametrize("content", [b"", b"text", b"PK\x03\x04"])
def test_other_files(tmp_path, content):
    (tmp_path / "x.pth").write_bytes(content)
    with pytest.raises(ValueError, match=r"x.pth is (damaged|cut off), or not a checkp") as caught:
        load(str(tmp_path / "x.pth"))
    assert "weights_only" not in str(caught.value)  # PyTorch proposes to run such a file
    with pytest.raises(FileNotFoundError, match="there is no .*y.pth: give the path"):
        load(str(tmp_path / "y.pth"))


def test_a_program_of_torchscript(tmp_path):
    torch.jit.save(torch.jit.trace(torch.nn.ReLU(), torch.ones(1)), tmp_path / "x.pth")
    with pytest.raises(ValueError, match="x.pth holds a program of TorchScript"):
        load(str(tmp_path / "x.pth"))


def test_downloads(tmp_path, bad, monkeypatch):
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path / "hub"))
    torch.save(dict(w=torch.ones(1)), tmp_path / "good.pth")
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=tmp_path)
    handler.log_message = lambda *args: None
    with http.server.HTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        try:
            url = f"http://127.0.0.1:{server.server_port}"
            assert load(f"{url}/good.pth?x=1")["w"].tolist() == [1]
            with pytest.raises(ValueError, match=ADVICE):
                load(f"{url}/bad.pth")
        finally:
            server.shutdown()
    assert load("http://127.0.0.1:1/good.pth")["w"].tolist() == [1]  # it is there already


def test_no_loader_is_mmengines_own():
    loaders = CheckpointLoader._schemes.values()
    assert {loader.__module__ for loader in loaders} == {weights_only.__name__}


@pytest.mark.parametrize("scheme", weights_only._LISTS)
def test_names_in_lists(scheme, tmp_path, bad, monkeypatch):
    folder = tmp_path / "hub" / "checkpoints"  # they are there already, so nothing is downloaded
    folder.mkdir(parents=True)
    Path(bad).rename(folder / "bad.pth")
    torch.save(dict(state_dict={"backbone.w": torch.ones(1)}), folder / "good.pth")
    addresses = {name: f"http://127.0.0.1:1/{name}.pth" for name in ("good", "bad")}
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path / "hub"))
    monkeypatch.setitem(weights_only._LISTS, scheme, lambda: addresses)
    (name,) = load(f"{scheme}good")["state_dict"]
    assert name == ("w" if scheme == "mmcls://" else "backbone.w")
    with pytest.raises(ValueError, match=ADVICE):
        load(f"{scheme}bad")
    with pytest.raises(ValueError, match=f"no weights {scheme}goods; the nearest is 'good'."):
        load(f"{scheme}goods")


def test_a_file_beside_mmengines_list(tmp_path, bad, monkeypatch):
    monkeypatch.setenv("MMENGINE_HOME", str(tmp_path))
    (tmp_path / "open_mmlab.json").write_text('{"mine": "bad.pth"}')
    with pytest.raises(ValueError, match=ADVICE):
        load("open-mmlab://mine")


@pytest.mark.parametrize("scheme", ["s3://", "cluster:s3://", "petrel://"])
def test_storages(scheme, tmp_path, bad, monkeypatch):
    torch.save(dict(w=torch.ones(1)), tmp_path / "good.pth")
    storage = SimpleNamespace(get=lambda name: (tmp_path / Path(name).name).read_bytes())
    monkeypatch.setattr(weights_only, "get_file_backend", lambda name, backend_args: storage)
    assert load(f"{scheme}bucket/good.pth")["w"].tolist() == [1]
    with pytest.raises(ValueError, match=ADVICE):
        load(f"{scheme}bucket/bad.pth")
    with pytest.raises(ValueError, match="x.pth: MMEngine's loader would run code in the file: do"):
        load("pavi://x.pth")

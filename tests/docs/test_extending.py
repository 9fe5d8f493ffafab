"""The page on extending: its files are put where it says, registered, and pass their tests."""

import importlib
import importlib.util
import re
import sys

import pytest
from mmengine.config import Config

import mmpartial.models
from mmpartial.datasets.settings import SETTINGS
from mmpartial.evaluation.confusion import CONFUSION
from mmpartial.formats import FORMATS, read_annotations
from mmpartial.registry import MODELS
from tests.docs.pages import ROOT, block

METHOD = "WeakNegativeLoss"
NEW = (METHOD, "# mmpartial/", "# tests/")  # in blocks that are run here


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run a block as the file that its first line names, or as an addition if this is there."""

    def run(containing):
        text = block("python", containing)
        path = re.match(r"# (\S+)", text)[1]
        name = path.removesuffix(".py").replace("/", ".")
        if (ROOT / path).exists():
            names = dict(vars(importlib.import_module(name)))
            exec(text, names)
            return names
        file = tmp_path / path.rpartition("/")[2]
        file.write_text(text)
        spec = importlib.util.spec_from_file_location(name, file)
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, module)
        monkeypatch.setattr(name, module, raising=False)
        spec.loader.exec_module(module)
        return vars(module)

    return run


def test_a_method(run, tmp_path, monkeypatch):
    loss = run(f"class {METHOD}")[METHOD]
    try:
        monkeypatch.setattr(mmpartial.models, METHOD, loss, raising=False)
        checks = run("def test_restated")
        checks["test_restated"]()
        checks["test_contract"]()
        piece = tmp_path / "weak_negative.py"
        piece.write_text(block("python", f'loss=dict(type="mmpartial.{METHOD}'))
        assert isinstance(MODELS.build(Config.fromfile(str(piece)).head.loss), loss)
    finally:
        MODELS.module_dict.pop(METHOD)


def test_a_setting(run, monkeypatch):
    from mmpartial.comparison import parse_setting
    from tests.datasets import test_settings

    monkeypatch.setitem(SETTINGS, "BIASED", run("def biased")["biased"])
    run("def test_biased")["test_biased"]()
    monkeypatch.setitem(test_settings.OPTIONS, "BIASED", dict(positives=0.6))
    test_settings.test_the_order_of_labels_and_images_does_not_matter("BIASED")
    assert parse_setting("BIASED0.6") == dict(setting="BIASED", positives=0.6)


def test_a_metric(run, monkeypatch):
    monkeypatch.setitem(CONFUSION, "g_mean", run("def g_mean")["g_mean"])
    run("def test_g_mean")["test_g_mean"]()


def test_a_format(run, tmp_path, monkeypatch):
    run("def read(path")
    module = sys.modules["mmpartial.formats.signed_words"]
    monkeypatch.setitem(FORMATS, "signed_words", module)
    run("def test_signed_words")["test_signed_words"](tmp_path)
    file = tmp_path / "long.txt"
    file.write_text("".join(f"{i}.jpg +cat -dog\n" for i in range(3)))
    found = read_annotations("signed_words", str(file), unlisted="negative")
    assert found.labels.dense().tolist() == [[1, 0]] * 3

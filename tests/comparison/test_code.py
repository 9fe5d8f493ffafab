"""The code of a method is what it computes with, in its own files and in those they import."""

import importlib
import linecache
import sys
from types import ModuleType

import pytest
import torch
from mmengine.config import Config

from mmpartial.comparison.code import code_of
from mmpartial.engine.hooks import PseudoLabelHook

LOSS = '''
"""{doc}"""
from mmpartial.models.losses import PartialBCELoss
from mmpartial.registry import MODELS
from tried_scale import scale

@MODELS.register_module(force=True)
class TriedLoss(PartialBCELoss):
    """{doc}"""

    def compute(self, logits, labels):
        return {factor} * scale(super().compute(logits, labels))  # {doc}
'''
SCALE = """
def scale(value):
    return {factor} * value
"""


@pytest.fixture
def tried(tmp_path, monkeypatch):
    """The code of a loss in a file of one's own, written and imported anew."""
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    head = dict(type="mmpartial.QSamplingHead", loss=dict(type="mmpartial.TriedLoss"))

    def code(doc="said", factor=1, scale=1):
        (tmp_path / "tried_loss.py").write_text(LOSS.format(doc=doc, factor=factor))
        (tmp_path / "tried_scale.py").write_text(SCALE.format(factor=scale))
        for module in ("tried_loss", "tried_scale"):
            sys.modules.pop(module, None)
        linecache.clearcache()
        importlib.import_module("tried_loss")
        return code_of(Config(dict(model=dict(type="ImageClassifier", head=head))))

    return code


def test_what_a_loss_and_its_imports_compute(tried):
    first = tried()
    assert {"tried_loss", "tried_scale", "mmpartial.models.losses.partial_loss"} <= set(first)
    assert tried(doc="said in other words") == first
    assert tried(factor=2) != first
    assert tried(scale=2) != first


def test_all_of_a_model_and_its_hooks():
    """The whole COMIC is in the model beside its head; libraries are not in the code."""
    corrector = dict(type="mmpartial.ReflectiveLabelCorrectorLoss")
    model = dict(type="mmpartial.COMICClassifier", corrector=corrector)
    code = code_of(Config(dict(model=model, custom_hooks=[dict(type=PseudoLabelHook)])))
    found = {name.split(".")[-1] for name in code}
    assert {
        "comic_classifier",
        "label_corrector_loss",
        "pseudo_label_hook",
        "pseudo_labels",
    } <= found
    assert {name.split(".")[0] for name in code} == {"mmpartial"}


def test_what_has_no_source(monkeypatch):
    """A class of no module, one of a file that is gone, and a stock one."""
    gone = ModuleType("gone")
    gone.__file__ = "/nowhere/gone.py"
    monkeypatch.setitem(sys.modules, "gone", gone)
    nowhere, typed = (type("Typed", (torch.nn.Module,), {"__module__": m}) for m in ("no", "gone"))
    head = dict(type="LinearClsHead", loss=dict(type=nowhere, inner=dict(type=typed)))
    assert code_of(Config(dict(model=dict(type="ImageClassifier", head=head)))) == {"gone": ""}

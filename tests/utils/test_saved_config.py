"""The config in a checkpoint is data: it runs nothing."""

import pytest
from mmengine.config import Config
from mmengine.registry import init_default_scope

from mmpartial.utils.saved_config import saved_config

CONTENT = dict(
    model=dict(type="mmpartial.QSamplingHead", low=-1.5, size=(3, [None, True]), names={"a b": 1}),
    other=[dict(type="DefaultSampler"), "x'\n", dict(type=3)],
    big=float("inf"),
)


def test_values_are_read_as_mmengine_wrote_them():
    init_default_scope("mmpretrain")
    assert saved_config(Config(CONTENT).pretty_text, "x.pth").to_dict() == CONTENT


@pytest.mark.parametrize(
    "text, message",
    [
        ("import os", "not just values .its line 1 is not an assignment"),
        ("x = 1\ny = __import__('os').system('true')", "not just values .its line 2 has Call"),
        ("x = [i for i in ()]", "its line 1 has ListComp"),
        ("x = dict(**{})", "its line 1 has Call"),
        ("x = " + "(" * 300, "not just values"),
        ("x = " + "-" * 100_000 + "1", "not just values"),
        (["x = 1"], "not just values"),
        ("x = dict(type='os.system', command='true')", "type 'os.system', which is not registered"),
        ("x = dict(y=[dict(type='mmengine.utils.call_command')])", "type 'mmengine.utils.call_"),
    ],
)
def test_programs_are_refused(text, message):
    with pytest.raises(ValueError, match=message) as caught:
        saved_config(text, "x.pth")
    assert str(caught.value).startswith("x.pth has a config")
    assert str(caught.value).endswith("give the config as well, if you trust the file.")

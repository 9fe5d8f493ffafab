"""The guard compares class names as they are read, in one Unicode form."""

from types import SimpleNamespace

import pytest

from mmpartial.engine.checks import GuardError
from mmpartial.engine.checks.classes import check_same_classes, check_tested_classes
from mmpartial.engine.checks.saved import saved_in

NFC, NFD = "caf\u00e9", "cafe\u0301"


def run(ours, theirs):
    dataset = SimpleNamespace(metainfo=dict(classes=ours))
    evaluation = SimpleNamespace(
        name="the validation set", dataset=SimpleNamespace(metainfo=dict(classes=theirs))
    )
    saved = saved_in(dict(meta=dict(dataset_meta=dict(classes=theirs))), "x.pth")
    return SimpleNamespace(train=dataset, evaluation=evaluation, saved=saved)


@pytest.mark.parametrize("check", [check_same_classes, check_tested_classes])
def test_unicode_forms_are_one_class(check):
    check(run([NFC, "b"], [NFD, "b"]))
    check(run([NFD, "b"], [NFC, "b"]))
    for other, shown in (("cafe", "'cafe'"), ("caf\u200b\u00e9", r"'caf\\u200bé'")):
        with pytest.raises(GuardError, match=shown):
            check(run([NFC, "b"], [other, "b"]))

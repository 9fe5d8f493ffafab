"""The datasets that a message names."""

from types import SimpleNamespace

from mmpartial.engine.checks.known_labels import _called


def test_each_dataset_beside_others_is_named():
    one, two = SimpleNamespace(ann_file="a.csv"), SimpleNamespace()
    nest = SimpleNamespace(dataset=SimpleNamespace(datasets=[one, two]))
    assert _called(nest) == "SimpleNamespace of a.csv and SimpleNamespace"

"""Datasets inside wrappers, built and as configs."""

from types import SimpleNamespace as Built

from mmengine.config import ConfigDict

from mmpartial.utils.nested import branches, of_type, pipelines, walk


def nest(kind):
    """A merged dataset around two, one of which is repeated."""
    one, two = kind(name="one"), kind(name="two")
    repeated = kind(name="repeated", dataset=one)
    sources = [repeated, two] if kind is Built else dict(a=repeated, b=two)
    return kind(name="merged", datasets=sources)


def names(datasets):
    return [d["name"] if isinstance(d, dict) else d.name for d in datasets]


def test_built_datasets_and_configs_are_walked_alike():
    for kind in (Built, dict, ConfigDict):
        assert names(walk(nest(kind))) == ["merged", "repeated", "one", "two"]
        assert [names(way) for way in branches(nest(kind))] == [
            ["merged", "repeated", "one"], ["merged", "two"]
        ]  # fmt: skip


class CachedFeatures:
    """A type may be the class itself."""


def test_configs_of_a_type():
    kinds = ["mmpartial.CachedFeatures", "CachedFeatures", CachedFeatures, "OtherCachedFeatures"]
    several = dict(type="ConcatDataset", datasets=[dict(type=kind) for kind in kinds])
    assert of_type(several, "CachedFeatures") == several["datasets"][:3]
    assert of_type({}, "CachedFeatures") == []


def test_the_outermost_pipeline_counts():
    inner = dict(type="A", pipeline=[1])
    wrapped = dict(type="PartialLabelDataset", pipeline=[2], dataset=inner)
    assert pipelines(dict(datasets=[dict(type="B"), inner, wrapped])) == [None, [1], [2]]
    assert pipelines(dict(type="RepeatDataset", pipeline=None, dataset=wrapped)) == [[2]]

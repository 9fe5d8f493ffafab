"""Features that are computed when a run starts."""

import pytest
from mmengine.config import Config

from mmpartial.apis.cache_features import wanted_features
from mmpartial.launch import missing_features
from tests.runs import CONFIGS


@pytest.mark.parametrize("leaf, processes, computed", [
    ("frozen/frozen_efficientnet-lite0_own-as-annotated.py", "1", True),
    ("frozen/frozen_efficientnet-lite0_own-as-annotated.py", "2", False),
    ("resnet18_own_as-annotated.py", "1", False),
])  # fmt: skip
def test_a_single_process_computes_them(monkeypatch, leaf, processes, computed):
    seen = []
    monkeypatch.setattr(missing_features, "cache_features", seen.append)
    monkeypatch.setenv("WORLD_SIZE", processes)
    cfg = Config.fromfile(str(CONFIGS / leaf))
    missing_features.compute_missing_features(cfg)
    assert seen == [cfg] * computed
    missing_features.compute_missing_features(None)


def test_features_of_datasets_beside_each_other():
    one, two = (
        dict(type="mmpartial.CachedFeatures", features=name, dataset=dict(type=name))
        for name in ("one", "two")
    )
    train = dict(type="mmpartial.MergedDataset", datasets=dict(a=one, b=two))
    assert wanted_features(Config(dict(train_dataloader=dict(dataset=train)))) == {
        ("one", "train"): [dict(type="one")], ("two", "train"): [dict(type="two")]
    }  # fmt: skip

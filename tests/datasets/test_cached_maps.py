"""Maps that are computed once, and the last stages of a network that are trained on them."""

import numpy as np
import pytest
import torch
from mmengine.hooks import Hook
from mmengine.runner import Runner

from mmpartial.datasets import CachedFeatures, PartialLabelDataset
from mmpartial.datasets.feature_store import FeatureStore
from tests.features import compute, load, plain, write_photos

LEAF = "finetuned/finetuned_last-stages-efficientnet-lite0_corel5k-fal.py"


class RatesHook(Hook):
    """Notes the rates of the backbone's parameters and of the head's."""

    def __init__(self):
        self.rates = dict(backbone=[], head=[])

    def before_train_iter(self, runner, batch_idx, data_batch=None):
        group_of = {id(g["params"][0]): g for g in runner.optim_wrapper.optimizer.param_groups}
        for part, seen in self.rates.items():
            parameters = getattr(runner.model, part).parameters()
            (rate,) = {group_of[id(parameter)]["lr"] for parameter in parameters}
            seen.append(rate)


def test_the_last_stages_are_trained_on_maps(tmp_path):
    write_photos(tmp_path)
    cfg = load(LEAF, tmp_path)
    cfg.extractor.backbone.init_cfg = cfg.model.backbone.init_cfg = None
    compute(cfg)  # with flips, as the config says
    store = FeatureStore(str(tmp_path / "features"), "val").open()
    assert store.features.shape == (6, 2, 112, 2, 2) and store.features.dtype == np.float16
    dataset = CachedFeatures(**plain(cfg.val_dataloader.dataset))
    np.testing.assert_array_equal(dataset[4]["inputs"], store.features[4, 0])

    cfg.param_scheduler[1].end = cfg.train_cfg.max_epochs
    runner = Runner.from_cfg(cfg)
    watch = RatesHook()
    runner.register_hook(watch)
    before = [parameter.clone() for parameter in runner.model.backbone.parameters()]
    runner.train()
    assert 0 <= runner.val_loop.run()["multi-label/mAP"] <= 100
    after = list(runner.model.backbone.parameters())
    assert len(after) == 48 and not any(map(torch.equal, before, after))
    images = cfg.train_dataloader.dataset.dataset.dataset
    on_images = PartialLabelDataset(images, setting="PAL", ratio=0.7)
    assert runner.train_dataloader.dataset.label_hash == on_images.label_hash

    backbone, head = (np.array(watch.rates[part]) for part in ("backbone", "head"))
    np.testing.assert_allclose(head, 10 * backbone)
    assert len(backbone) == 6 and backbone.max() == pytest.approx(1e-3)
    assert backbone[0] == pytest.approx(4e-5) and backbone[-1] < 3e-4


@pytest.mark.filterwarnings("ignore:overflow")
def test_features_that_are_too_large_are_refused(tmp_path):
    store = FeatureStore(str(tmp_path), "train")
    store.create(np.arange(4), 1, (3, 2, 2), {})
    batches = [np.ones((2, 1, 3, 2, 2)), np.full((2, 1, 3, 2, 2), 1e6)]
    with pytest.raises(ValueError, match="images 2 to 3 for .*train.npy are not finite float16"):
        store.fill(iter(batches))
    assert store.create(np.arange(4), 1, (3, 2, 2), {}).tolist() == [2, 3]

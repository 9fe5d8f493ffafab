"""The embedded dataset: what is promised of it."""

import hashlib

import numpy as np
import pytest

from mmpartial.datasets import ClutteredDigits
from mmpartial.datasets.published import digits

HASHES = {"train": "69fa45f99aa712ec", "test": "f3e96176be877273"}


@pytest.fixture(scope="module")
def splits():
    return {split: ClutteredDigits(split) for split in ("train", "test")}


def records(dataset):
    return [dataset.get_data_info(i) for i in range(len(dataset))]


def test_same_images_on_every_machine(splits):
    found = {}
    for split, dataset in splits.items():
        digest = hashlib.blake2b(digest_size=8)
        for record in records(dataset):
            digest.update(record["img"].tobytes() + bytes(record["gt_label"]))
        found[split] = digest.hexdigest()
    assert found == HASHES


def test_sizes_tail_and_positives(splits):
    for split, dataset in splits.items():
        count = np.zeros(40)
        for record in records(dataset):
            assert record["img"].shape == (40, 40, 3) and record["img"].dtype == np.uint8
            count[record["gt_label"]] += 1
        assert len(dataset) == {"train": 4000, "test": 1500}[split]
        assert 2.6 < count.sum() / len(dataset) < 2.9
        assert count.min() >= 5 and count.max() / count.min() > 15
    assert len(set(dataset.metainfo["classes"])) == 40


def test_ids_are_unique_and_stable(splits):
    ids = [record["img_id"] for dataset in splits.values() for record in records(dataset)]
    assert len(set(ids)) == 5500 and ids[0] == "train-00000"


def test_digits_of_train_and_test_are_disjoint(monkeypatch):
    """Each split draws from its own part of scikit-learn's digits."""
    seen = {}
    for split in ("train", "test"):

        def record(rng, images, labels, split=split):
            seen[split] = images
            return {}

        monkeypatch.setattr(digits, "_compose", record)
        digits._compose_all.__wrapped__(split, 1)
    assert len(seen["train"]) + len(seen["test"]) == 1797
    train, test = ({i.tobytes() for i in seen[s]} for s in ("train", "test"))
    assert not train & test


def test_wrong_split():
    with pytest.raises(ValueError, match="split='val': choose 'train' or 'test'"):
        ClutteredDigits("val")

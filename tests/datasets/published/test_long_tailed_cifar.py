"""CIFAR's own file format on a miniature, thinned out."""

import pickle

import numpy as np
import pytest
from mmpretrain.datasets import CIFAR10, CIFAR100
from mmpretrain.registry import MODELS
from mmpretrain.structures import DataSample

from mmpartial.datasets import LongTailedCIFAR10, LongTailedCIFAR100, PartialLabelDataset
from mmpartial.datasets.published.long_tailed_cifar import class_sizes
from mmpartial.models import PartialLabelMaskingLoss


def write_cifar(root, stock, per_class, monkeypatch):
    """A miniature of random images below root; its files need not have the published sums."""
    rng = np.random.RandomState(0)
    classes = len(stock.METAINFO["classes"])
    (root / stock.base_folder).mkdir(parents=True, exist_ok=True)
    for part in ("train_list", "test_list"):
        names = [name for name, _ in getattr(stock, part)]
        monkeypatch.setattr(stock, part, [[name, None] for name in names])
        labels = rng.permutation(np.repeat(np.arange(classes), per_class)).tolist()
        for number, name in enumerate(names):
            mine = labels[number :: len(names)]
            data = rng.randint(0, 256, (len(mine), 3072)).astype(np.uint8)
            key = "labels" if stock is CIFAR10 else "fine_labels"
            with open(root / stock.base_folder / name, "wb") as file:
                pickle.dump({"batch_label": name, key: mine, "data": data}, file)


@pytest.fixture
def root(tmp_path, monkeypatch):
    write_cifar(tmp_path, CIFAR10, 100, monkeypatch)
    write_cifar(tmp_path, CIFAR100, 4, monkeypatch)
    return str(tmp_path)


def counts(dataset):
    labels = [dataset.get_data_info(i)["gt_label"] for i in range(len(dataset))]
    return np.bincount(labels, minlength=len(dataset.metainfo["classes"])).tolist()


def ids(dataset):
    return [dataset.get_data_info(i)["img_id"] for i in range(len(dataset))]


def test_sizes_of_the_published_subsets():
    assert sum(class_sizes(5000, 100, 10)) == 12406
    assert sum(class_sizes(500, 100, 100)) == 10847
    assert class_sizes(5000, 10, 10)[-1] == 500 and class_sizes(5000, 1, 10) == [5000] * 10


def test_counts_and_images(root):
    dataset = LongTailedCIFAR10(root, imbalance_factor=50)
    assert counts(dataset) == class_sizes(100, 50, 10) and counts(dataset)[-1] == 2
    assert counts(LongTailedCIFAR100(root, imbalance_factor=4)) == class_sizes(4, 4, 100)
    stock = CIFAR10(root)
    for i in range(len(dataset)):
        info = dataset.get_data_info(i)
        same = stock.get_data_info(int(info["img_id"].removeprefix("train-")))
        assert info["gt_label"] == same["gt_label"] and (info["img"] == same["img"]).all()


def test_what_remains_depends_on_the_seed_alone(root):
    first = ids(LongTailedCIFAR10(root, imbalance_factor=50))
    assert first == ids(LongTailedCIFAR10(root, imbalance_factor=50)) == sorted(first)
    assert first[:3] == ["train-00003", "train-00004", "train-00012"]  # on every machine
    assert first != ids(LongTailedCIFAR10(root, imbalance_factor=50, seed=1))
    assert set(first) < set(ids(LongTailedCIFAR10(root, imbalance_factor=10)))


def test_the_test_split_is_whole(root):
    for options in (dict(split="test"), dict(test_mode=True), dict(imbalance_factor=1)):
        assert counts(LongTailedCIFAR10(root, **options)) == [100] * 10


def test_factor_below_one():
    with pytest.raises(ValueError, match="imbalance_factor=0.01 is below 1"):
        LongTailedCIFAR10("", imbalance_factor=0.01)


def test_one_against_the_rest_trains(root):
    dataset = PartialLabelDataset(
        LongTailedCIFAR10(root, pipeline=[dict(type="PackInputs")]), setting="FAL"
    )
    labels = dataset.labels.dense()
    assert (labels.sum(1) == 1).all() and (labels >= 0).all()
    assert dataset.full_counts.tolist() == class_sizes(100, 100, 10)
    loss = dict(
        type="mmpartial.PartialLabelMaskingLoss",
        loss=dict(type="mmpartial.PartialBCELoss", unknown="ignore"),
    )
    head = dict(type="mmpartial.QSamplingHead", num_classes=10, in_channels=8, loss=loss)
    model = MODELS.build(dict(
        type="ImageClassifier", neck=dict(type="GlobalAveragePooling"), head=head,
        backbone=dict(type="ResNet_CIFAR", depth=18, base_channels=1, stem_channels=1),
        data_preprocessor=dict(type="ClsDataPreprocessor", mean=[120] * 3, std=[60] * 3),
    ))  # fmt: skip
    assert isinstance(model.head.loss_module, PartialLabelMaskingLoss)
    model.head.loss_module.setup(dataset)
    samples = [dataset[i] for i in range(8)]
    assert isinstance(samples[0]["data_samples"], DataSample)
    data = dict(
        inputs=[sample["inputs"] for sample in samples],
        data_samples=[sample["data_samples"] for sample in samples],
    )
    loss = model(**model.data_preprocessor(data, training=True), mode="loss")["loss"]
    loss.backward()
    assert loss > 0 and model.head.fc.weight.grad.abs().sum() > 0

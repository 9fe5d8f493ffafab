"""A group travels from the user's table to the loss."""

import pytest
import torch
from mmengine.dataset import ConcatDataset, RepeatDataset
from mmpretrain.structures import DataSample
from PIL import Image

from mmpartial.datasets import AnnotatedImages, CachedFeatures, MergedDataset, PartialLabelDataset
from mmpartial.datasets.annotation_store import StoredAnnotations, save
from mmpartial.datasets.feature_store import FeatureStore
from mmpartial.datasets.sample_groups import group_sizes, sample_groups
from mmpartial.models import QSamplingHead
from mmpartial.models.mixing import LogicMix

STEPS = [dict(type="LoadImageFromFile"), dict(type="PackInputs")]
GROUPS = ["p2", "p1", "", "p2"]


@pytest.fixture
def root(tmp_path):
    for name in "abcd":
        Image.new("RGB", (9, 7), (ord(name), 0, 0)).save(tmp_path / f"{name}.png")
    rows = ["a.png,p2,1,", "b.png,p1,0,1", "c.png,,,0", "d.png,p2,1,"]
    (tmp_path / "my.csv").write_text("\n".join(["image,patient,cat,dog", *rows]) + "\n")
    (tmp_path / "split.csv").write_text(
        "image,part,group\na.png,train,s\nb.png,val,t\nc.png,train,\nd.png,val,t\n"
    )
    return tmp_path


def mine(root, group="patient", ann_file="my.csv", **options):
    if group is None:
        options["ignore_columns"] = ["patient"]
    return AnnotatedImages(format="wide_csv", ann_file=ann_file, data_root=str(root),
                           data_prefix="", pipeline=STEPS, group=group, **options)  # fmt: skip


def fields(dataset):
    """The number and the name of the group of each data sample."""
    samples = [dataset[idx]["data_samples"] for idx in range(len(dataset))]
    return [(sample.group_id, sample.get("group")) for sample in samples]


def test_from_the_table_to_the_head(root):
    dataset = PartialLabelDataset(mine(root))
    assert fields(dataset) == [(0, "p2"), (1, "p1"), (-1, ""), (0, "p2")]
    assert fields(dataset.get_subset([3, 1])) == [(0, "p2"), (1, "p1")]
    assert fields(PartialLabelDataset(RepeatDataset(mine(root), 2)))[4:] == fields(dataset)
    assert dataset.groups.codes.nbytes == 4 * len(dataset)
    head = QSamplingHead(2, 4, loss=dict(type="mmpartial.PartialBCELoss"))
    batch = head.label_batch([dataset[idx]["data_samples"] for idx in (3, 2, 1)])
    assert batch.group.tolist() == [0, -1, 1] and batch.group.dtype == torch.int64
    plain = PartialLabelDataset(mine(root, None))
    assert "group_id" not in plain[0]["data_samples"] and plain.groups is None
    assert head.label_batch([plain[0]["data_samples"]]).group is None
    assert plain.label_hash == dataset.label_hash and plain.fingerprint == dataset.fingerprint


def test_the_split_file_has_them_as_well(root):
    parts = dict(split_file="split.csv", part="val")
    assert fields(PartialLabelDataset(mine(root, None, **parts))) == [(1, "t"), (1, "t")]
    assert fields(PartialLabelDataset(mine(root, **parts))) == [(1, "p1"), (0, "p2")]  # the table's


def test_merged_and_concatenated(root):
    for name in "yz":  # two sources may not read the same images of one file
        (root / f"{name}.csv").write_text((root / "my.csv").read_text())
    y, z = mine(root, None, ann_file="y.csv"), mine(root, ann_file="z.csv")
    merged = MergedDataset(dict(x=mine(root), y=y, z=z))
    names = [name for name, _ in zip(sample_groups(merged), range(12), strict=True)]
    assert names == ["x/p2", "x/p1", "", "x/p2", *[""] * 4, "z/p2", "z/p1", "", "z/p2"]
    dataset = PartialLabelDataset(merged)
    assert [number for number, _ in fields(dataset)] == [0, 1, -1, 0, *[-1] * 4, 2, 3, -1, 2]
    assert group_sizes(dataset) == {"x/p2": 2, "x/p1": 1, "z/p2": 2, "z/p1": 1}
    assert MergedDataset(dict(y=mine(root, None))).annotations.groups is None
    few = "image,patient,cat,dog\na.png,p1,1,0\n"
    (root / "more").mkdir()
    (root / "more.csv").write_text(few.replace("a.png", "more/a.png"))
    Image.new("RGB", (9, 7)).save(root / "more/a.png")
    more = AnnotatedImages(format="wide_csv", ann_file="more.csv", data_root=str(root),
                           data_prefix="", pipeline=STEPS, group="patient")  # fmt: skip
    both = PartialLabelDataset(ConcatDataset([mine(root), more]))
    assert fields(both)[-1] == (1, "p1") and both.num_rows == 5  # the same patient
    assert group_sizes(ConcatDataset([mine(root), more])) == {"p2": 2, "p1": 2}


def test_cached_features(root):
    inner = mine(root)
    store = FeatureStore(str(root / "features"), "train")
    store.create(inner.annotations.name_hashes, 1, (3,), dict(weights="w"))
    store.fill(iter([torch.rand(4, 1, 3).numpy()]))
    dataset = PartialLabelDataset(CachedFeatures(inner, str(root / "features")))
    assert [dataset[idx]["data_samples"].group for idx in (0, 0, 3)] == ["p2", "p2", "p2"]
    assert fields(dataset) == [(0, "p2"), (1, "p1"), (-1, ""), (0, "p2")]


def test_the_store(root):
    annotations = mine(root).annotations
    save(annotations, str(root / "kept"))
    found = StoredAnnotations(str(root / "kept"))
    assert found.groups.texts().tolist() == GROUPS
    assert found.groups.codes.tolist() == annotations.groups.codes.tolist()
    assert found.take([1]).groups.texts().tolist() == ["p1"]
    (root / "kept" / "groups.npy").unlink()
    with pytest.raises(ValueError, match=r"groups.npy is damaged, cut off or missing"):
        StoredAnnotations(str(root / "kept"))


def test_a_mixture_is_in_no_group():
    samples = []
    for number in range(4):
        sample = DataSample()
        sample.set_metainfo(dict(row=number, group_id=number, group="x"))
        samples.append(sample)
    mix = LogicMix(prob=1.0)
    mix.samples = samples
    mix(torch.rand(4, 3, 5, 5), torch.ones(4, 2))
    assert [sample.group_id for sample in samples] == [-1] * 4

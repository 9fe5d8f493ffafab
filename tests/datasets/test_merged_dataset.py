"""Datasets with different classes as one: labels, names, pipelines, and what is refused."""

import json
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mmengine.dataset import ConcatDataset, RepeatDataset
from mmengine.runner import Runner
from mmpretrain.datasets import KFoldDataset
from PIL import Image

from mmpartial.datasets import ClutteredDigits, MergedDataset, PartialLabelDataset
from mmpartial.datasets.annotated_dataset import AnnotatedDataset
from mmpartial.datasets.transforms.unreadable import UnreadableImage
from mmpartial.labels.annotations import Annotations
from mmpartial.labels.class_mapping import map_classes
from mmpartial.labels.matrix import LabelMatrix
from tests.runs import digits_leaf, tiny_config

VOC = ("aeroplane", "cat", "person")
VOC_LABELS = [[1, 0, 0], [0, 1, 1], [0, 0, 0]]
MINE = ("kitten", "cat", "airplane", "junk")
MINE_LABELS = [[1, -1, 0, 1], [0, 0, -1, -1], [0, -1, 1, 0]]
MAP = dict(voc=dict(aeroplane="airplane"), web=dict(kitten="cat", junk=None))
# airplane, cat, person: of the two that become "cat", one positive or two negatives are needed.
UNION = [[1, 0, 0], [0, 1, 1], [0, 0, 0], [0, 1, -1], [-1, 0, -1], [1, -1, -1]]


class Mine(AnnotatedDataset):
    """Three images with labels of three states; ids other than paths."""

    def read(self):
        labels = LabelMatrix.from_dense(np.array(MINE_LABELS))
        return Annotations([f"a/{i}.jpg" for i in range(3)], MINE, labels, ids=list("xyz"))


def step(**kwargs):
    return [dict(type="LoadImageFromFile"), dict(type="Resize", **kwargs), dict(type="PackInputs")]


@pytest.fixture
def voc(tmp_path):
    (tmp_path / "voc").mkdir()
    items = []
    for i, row in enumerate(VOC_LABELS):
        Image.new("RGB", (8, 8), (i, 0, 0)).save(tmp_path / "voc" / f"{i}.png")
        items.append(dict(img_path=f"{i}.png", gt_label=np.flatnonzero(row).tolist()))
    file = tmp_path / "voc.json"
    file.write_text(json.dumps(dict(metainfo=dict(classes=VOC), data_list=items)))
    return dict(
        type="MultiLabelDataset", ann_file=str(file), data_prefix=str(tmp_path / "voc"),
        pipeline=step(scale=(4, 4)),
    )  # fmt: skip


@pytest.fixture
def web(tmp_path):
    (tmp_path / "web" / "a").mkdir(parents=True)
    for i in range(3):
        Image.new("RGB", (8, 8), (100 + i, 0, 0)).save(tmp_path / "web" / "a" / f"{i}.jpg")
    return Mine(data_prefix=str(tmp_path / "web"), pipeline=step(scale=(6, 6)))


@pytest.fixture
def merged(voc, web):
    return MergedDataset(dict(voc=voc, web=web), class_map=MAP)


def test_labels(merged):
    assert merged.metainfo["classes"] == ("airplane", "cat", "person")
    assert merged.annotations.labels.dense().tolist() == UNION
    infos = [merged.get_data_info(i) for i in range(len(merged))]
    assert [info["gt_score"].tolist() for info in infos] == UNION
    assert all(info["gt_score"].dtype == np.int8 and "gt_label" not in info for info in infos)
    assert [merged.get_cat_ids(i) for i in range(6)] == [[0], [1, 2], [], [1], [], [0]]


def test_names(merged, voc):
    names = ["voc/0.png", "voc/1.png", "voc/2.png", "web/x", "web/y", "web/z"]
    infos = [merged.get_data_info(i) for i in range(6)]
    assert [info["img_id"] for info in infos] == list(merged.annotations.names) == names
    assert [info["sample_idx"] for info in infos] == list(range(6))
    assert infos[1]["img_path"] == f"{voc['data_prefix']}/1.png"
    assert merged.annotations.images[2:4] == ["voc/2.png", "web/a/0.jpg"]
    with pytest.raises(IndexError, match="6 is out of range: there are 6 texts"):
        merged.annotations.names[6]


def test_a_config_with_sorted_keys_has_the_same_classes(voc, web):
    """As MMEngine writes it into the work_dir and into checkpoints."""
    one, other = (
        MergedDataset(dict(sources)) for sources in permutations(dict(voc=voc, web=web).items())
    )
    assert one.annotations.fingerprint == other.annotations.fingerprint


def test_pipelines(merged):
    for dataset in (merged, PartialLabelDataset(merged)):
        sizes = [tuple(dataset[i]["inputs"].shape) for i in range(6)]
        assert sizes == [(3, 4, 4)] * 3 + [(3, 6, 6)] * 3
    assert merged[4]["data_samples"].gt_score.tolist() == UNION[4]
    assert merged[-1]["data_samples"].img_path.endswith("web/a/2.jpg")


def test_an_image_that_cannot_be_read(voc):
    merged = MergedDataset(dict(voc=voc))
    merged.datasets[0].pipeline = lambda info: None
    with pytest.raises(UnreadableImage, match="voc/1.png' cannot be read: its pipeline returned"):
        merged[1]


@st.composite
def mappings(draw):
    size, after = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    row = st.lists(st.sampled_from([-1, 0, 1]), min_size=size, max_size=size)
    target = draw(st.lists(st.integers(-1, after - 1), min_size=size, max_size=size))
    return np.array(draw(st.lists(row, min_size=1, max_size=6))), np.array(target), after


@settings(max_examples=100, deadline=None)
@given(mappings())
def test_mapped_classes(mapping):
    """Positive if any is, negative if all are, and unknown otherwise."""
    dense, target, after = mapping
    expected = np.full((len(dense), after), -1)
    for cls in range(after):
        old = dense[:, target == cls]
        if old.shape[1]:
            expected[(old == 0).all(1), cls] = 0
            expected[(old == 1).any(1), cls] = 1
    result = map_classes(LabelMatrix.from_dense(dense), target, after)
    np.testing.assert_array_equal(result.dense(), expected)


def test_classes_of_a_training_set(voc, web):
    classes = ["person", "zebra", "cat"]
    merged = MergedDataset(dict(voc=voc, web=web), classes, dict(web=dict(kitten=None)))
    expected = [[0, -1, 0], [1, -1, 1], [0, -1, 0], [-1, -1, -1], [-1, -1, 0], [-1, -1, -1]]
    assert merged.annotations.labels.dense().tolist() == expected
    assert merged.metainfo["classes"] == tuple(classes)


def test_sources_are_named_and_say_nothing_else(voc, web):
    with pytest.raises(ValueError, match="MergedDataset has no named sources"):
        MergedDataset([voc, web])
    info = MergedDataset(dict(voc=voc, web=web)).get_data_info(4)
    assert set(info) == {"gt_score", "img_id", "img_path", "sample_idx"}


def test_logs_what_each_source_has_and_what_none_has(voc, web, said):
    MergedDataset(dict(voc=voc), classes=["cat", "dgo"])
    assert said.pop(0) == "MergedDataset: no source has dgo, which stay unknown"
    said.clear()
    MergedDataset(dict(voc=voc, web=web), class_map=MAP)
    assert said == [
        "MergedDataset voc: 3 images with 3 of 3 classes; 0 of its own are left out",
        "MergedDataset web: 3 images with 2 of 3 classes; 1 of its own are left out",
    ]


def test_wrapped_with_and_without_a_setting(merged, voc, web):
    wrapped = PartialLabelDataset(merged)
    assert wrapped.labels.dense().tolist() == UNION
    assert [wrapped.get_data_info(i)["row"] for i in range(6)] == list(range(6))
    hidden = PartialLabelDataset(merged, setting="PAL", ratio=0.5)
    other = MergedDataset(dict(web=web, voc=voc), merged.metainfo["classes"], MAP)
    again = PartialLabelDataset(other, setting="PAL", ratio=0.5)
    assert again.label_hash == hidden.label_hash != wrapped.label_hash
    known = hidden.labels.dense() != -1
    np.testing.assert_array_equal(hidden.labels.dense()[known], np.array(UNION)[known])
    assert 0 < known.sum() < (np.array(UNION) != -1).sum()


def test_full_labels_of_one_source_need_a_setting(voc):
    with pytest.raises(ValueError, match="nothing in MergedDataset says which labels are unknown"):
        PartialLabelDataset(MergedDataset(dict(voc=voc)))


def test_nests(voc, web):
    """Wrappers within and around."""
    fold = dict(type="KFoldDataset", dataset=voc, fold=0, num_splits=3, seed=0)
    halves = [
        Mine(data_prefix=web.data_prefix, pipeline=step(scale=(size, size)), indices=indices)
        for size, indices in ((6, [2]), (8, [0, 1]))
    ]
    merged = dict(
        type="mmpartial.MergedDataset",
        datasets=dict(voc=fold, web=ConcatDataset(halves)),
        class_map=MAP,
    )
    wrapped = PartialLabelDataset(dict(type="RepeatDataset", dataset=merged, times=2))
    names = list(wrapped.dataset.dataset.annotations.names)
    assert names[2:] == ["web/z", "web/x", "web/y"] and len(set(names)) == 5
    expected = {f"voc/{i}.png": UNION[i] for i in range(3)}
    expected |= {f"web/{name}": UNION[3 + i] for i, name in enumerate("xyz")}
    assert len(wrapped) == 10 and wrapped.num_rows == 5
    for i in range(10):
        info = wrapped.get_data_info(i)
        assert info["img_id"] == names[i % 5] and info["row"] == i % 5
        assert info["gt_score"].tolist() == expected[info["img_id"]]
        assert wrapped[i]["inputs"].shape[-1] == [4, 4, 6, 8, 8][i % 5]


def test_loads_when_asked(voc, web):
    merged = MergedDataset(dict(voc=voc | dict(lazy_init=True), web=web), lazy_init=True)
    assert not hasattr(merged, "annotations")
    merged.full_init()
    first = merged.annotations
    merged.full_init()
    assert merged.annotations is first and len(merged) == 6


class Spelt(AnnotatedDataset):
    """An image with one positive class."""

    def __init__(self, name):
        self.name = name
        super().__init__(check_images=False)

    def read(self):
        return Annotations(["1.jpg"], [self.name], LabelMatrix.from_dense([[1]]))


def test_classes_in_two_unicode_forms_are_one():
    sources = dict(a=Spelt("m\u00fcde"), b=Spelt("mu\u0308de"))
    assert MergedDataset(sources).annotations.labels.dense().tolist() == [[1], [1]]
    renamed = MergedDataset(sources, ["\u00e9", "m\u00fcde"], dict(b={"m\u00fcde": "e\u0301"}))
    assert renamed.metainfo["classes"] == ("\u00e9", "m\u00fcde")
    assert renamed.annotations.labels.dense().tolist() == [[-1, 1], [1, -1]]


def test_classes_that_look_alike():
    sources = dict(a=Spelt("Hot dog"), b=Spelt("hotdog"))
    with pytest.raises(ValueError, match="'Hot dog' and 'hotdog', which differ only in letter"):
        MergedDataset(sources)
    merged = MergedDataset(sources, class_map=dict(b=dict(hotdog="Hot dog")))
    assert merged.annotations.labels.dense().tolist() == [[1], [1]]
    both = MergedDataset(sources, ["Hot dog", "hotdog"])
    assert both.annotations.labels.dense().tolist() == [[1, -1], [-1, 1]]


@pytest.mark.parametrize(
    "change, message",
    [
        (dict(class_map=dict(vok={})), "has the source 'vok', but datasets has voc, web"),
        (dict(class_map=dict(voc=dict(Cat="cat"))),
         "class_map, source 'voc': there is no class 'Cat' .* nearest is 'cat'"),
        (dict(classes=["cat", "person"], class_map=dict(voc=dict(person="Person"))),
         "class_map, source 'voc': there is no class 'Person' .* nearest is 'person'"),
        (dict(datasets={}), "MergedDataset has no named sources"),
        (dict(classes=["cat", "cat"]), "the class 'cat' is listed twice"),
        (dict(classes=[]), "MergedDataset has no class left"),
    ],
)  # fmt: skip
def test_wrong_arguments(voc, web, change, message):
    with pytest.raises(ValueError, match=message):
        MergedDataset(**(dict(datasets=dict(voc=voc, web=web)) | change))


def test_two_files_about_the_same_images(voc, tmp_path, said):
    """As if one person had labelled cats, and another one airplanes."""
    (tmp_path / "cats.csv").write_text("image,cat\n1.png,1\n2.png,0\n7.png,0\n")
    cats = dict(type="mmpartial.AnnotatedImages", format="wide_csv", check_images=False,
                ann_file=str(tmp_path / "cats.csv"), data_prefix=voc["data_prefix"])  # fmt: skip
    assert len(MergedDataset(dict(voc=voc, cats=cats))) == 6
    sentence = "2 images are in both sources 'cats' and 'voc', such as '1.png', and each counts"
    assert len([line for line in said if sentence in line]) == 1


def test_wrong_sources(voc, web):
    with pytest.raises(ValueError, match="the source 'a/b' has a / in its name"):
        MergedDataset({"a/b": web})
    with pytest.raises(ValueError, match="the source 'web' repeats images: put RepeatDataset"):
        MergedDataset(dict(web=RepeatDataset(web, 2)))
    with pytest.raises(ValueError, match="two datasets read .*voc.json and both have its image"):
        MergedDataset(dict(voc=voc, web=web, again=voc))
    with pytest.raises(ValueError, match="'voc' is a PartialLabelDataset: put it around Merged"):
        MergedDataset(dict(voc=PartialLabelDataset(voc, setting="SPL")))
    with pytest.raises(ValueError, match="put it around PartialLabelDataset, or around a source"):
        KFoldDataset(dict(type="mmpartial.MergedDataset", datasets=dict(voc=voc)), num_splits=3)
    web._metainfo.pop("classes")
    with pytest.raises(ValueError, match="the source 'web' has no class names: give it metainfo"):
        MergedDataset(dict(web=web))


# With pseudo labels, with an estimate of each label, with a table of losses, with three networks.
METHODS = ["partial_imbalance_paper", "role", "ll_cp", "comic"]


def digits(split, pipeline, **class_map):
    return dict(
        type="mmpartial.MergedDataset",
        datasets={
            name: dict(type="mmpartial.ClutteredDigits", split=split, pipeline=pipeline,
                       indices=list(range(start, start + 8)))
            for name, start in (("one", 0), ("two", 8))
        },
        classes=ClutteredDigits.METAINFO["classes"],
        class_map=class_map,
    )  # fmt: skip


@pytest.mark.parametrize("method", METHODS)
def test_methods_train(method, tmp_path):
    """Two steps in a real run; the validation set has the classes of the union."""
    cfg = tiny_config(
        tmp_path,
        digits_leaf(method),
        model__head__q=1.0,
        train_dataloader__batch_size=8,
        train_cfg__max_epochs=1,
        train_cfg__val_interval=1,
        test_dataloader=None, test_evaluator=None, test_cfg=None,
    )  # fmt: skip
    train, val = cfg.train_dataloader.dataset, cfg.val_dataloader
    inner = digits(
        "train", train.dataset.pipeline, two={"red 0": None, "red 1": "red 2", "green 3": None}
    )
    cfg.train_dataloader.dataset = dict(type=train.type, seed=0, dataset=inner)
    val.dataset = digits("test", val.dataset.pipeline)
    runner = Runner.from_cfg(cfg)
    runner.train()
    labels = runner.train_dataloader.dataset.labels
    unknown = dict(zip(ClutteredDigits.METAINFO["classes"], labels.count(-1), strict=True))
    assert {name for name, n in unknown.items() if n} == {"red 0", "red 1", "green 3"}
    assert runner.iter == 2

"""The wrapper: what it hides, how stable that is, and what it refuses."""

import json
import pickle
import random
from multiprocessing.reduction import ForkingPickler

import numpy as np
import pytest
import torch
from mmengine.dataset import ClassBalancedDataset, ConcatDataset, RepeatDataset
from mmpretrain.datasets import VOC, KFoldDataset, MultiLabelDataset

from mmpartial.datasets import ClutteredDigits, PartialLabelDataset, find_partial

PINNED = {"PAL": "7f4d8c70be103e00", "PPL": "f22e76f35bf90138", "SPL": "390cb5e5d9f55178"}
CLASSES = ["cat", "dog", "bird", "fish"]
ITEMS = [
    dict(img_path=f"{i:03d}.jpg", gt_label=[c for c in range(4) if (i * 7 + c * 3) % 5 < 2])
    for i in range(60)
]


def write(tmp_path, items=ITEMS, name="ann.json", classes=CLASSES):
    file = tmp_path / name
    file.write_text(json.dumps(dict(metainfo=dict(classes=classes), data_list=items)))
    return str(file)


def base(tmp_path, items=ITEMS, prefix="images", name="ann.json", **kwargs):
    return MultiLabelDataset(write(tmp_path, items, name), data_prefix=prefix, **kwargs)


def full_labels(items=ITEMS):
    labels = np.zeros((len(items), 4), np.int8)
    for i, item in enumerate(items):
        labels[i, item["gt_label"]] = 1
    return labels


def test_hides_labels_and_leaves_no_trace_of_them(tmp_path):
    wrapped = PartialLabelDataset(base(tmp_path), setting="PAL", ratio=0.5)
    full = full_labels()
    assert len(wrapped) == 60 and wrapped.num_rows == 60
    for i in range(60):
        info = wrapped.get_data_info(i)
        known = info["gt_score"] != -1
        np.testing.assert_array_equal(info["gt_score"][known], full[i][known])
        assert "gt_label" not in info and info["row"] == i
        assert wrapped.get_cat_ids(i) == np.flatnonzero(info["gt_score"] == 1).tolist()
    assert 0.35 < (wrapped.labels != -1).mean() < 0.65
    assert wrapped.full_counts.tolist() == full.sum(0).tolist()
    assert (wrapped.full_counts > (wrapped.labels == 1).sum(0)).any()


@pytest.mark.parametrize("setting, options", [("PAL", dict(ratio=0.6)), ("PPL", dict(ratio=0.6)),
                                              ("SPL", {})])  # fmt: skip
def test_draw_depends_on_seed_and_image_alone(tmp_path, setting, options):
    first = PartialLabelDataset(base(tmp_path), setting=setting, **options)
    order = np.random.default_rng(0).permutation(60)
    shuffled = base(tmp_path, [ITEMS[i] for i in order], prefix="/elsewhere/imgs", name="b.json")
    other = PartialLabelDataset(shuffled, setting=setting, **options)
    np.testing.assert_array_equal(other.labels, first.labels[order])
    assert other.label_hash == first.label_hash
    part = PartialLabelDataset(
        base(tmp_path, [ITEMS[i] for i in order[:9]], name="c.json"), setting=setting, **options
    )
    np.testing.assert_array_equal(part.labels, first.labels[order[:9]])
    again = PartialLabelDataset(base(tmp_path), setting=setting, seed=1, **options)
    assert again.label_hash != first.label_hash


def test_the_draw_itself_is_pinned(tmp_path):
    """A published seed hides the same labels in every release and in every process."""
    hashes = {
        setting: PartialLabelDataset(base(tmp_path), setting=setting, **options).label_hash
        for setting, options in [("PAL", dict(ratio=0.6)), ("PPL", dict(ratio=0.9)), ("SPL", {})]
    }
    assert hashes == PINNED


def test_data_that_is_partial_by_nature(tmp_path):
    items = [
        dict(img_path="a.jpg", gt_label=[0], gt_label_neg=[2]),
        dict(img_path="b.jpg", gt_label=[]),
    ]
    wrapped = PartialLabelDataset(base(tmp_path, items))
    np.testing.assert_array_equal(wrapped.labels, [[1, -1, 0, -1], [-1, -1, -1, -1]])
    scores = [dict(img_path="a.jpg", gt_score=[1, -1, 0, 0])]
    wrapped = PartialLabelDataset(base(tmp_path, scores))
    np.testing.assert_array_equal(wrapped.labels, [[1, -1, 0, 0]])


def test_a_setting_hides_more_of_what_is_partial_already(tmp_path):
    items = [dict(img_path="a.jpg", gt_label=[0, 1], gt_label_neg=[2])]
    labels = PartialLabelDataset(base(tmp_path, items), setting="SPL").labels
    assert (labels == 1).sum() == 1 and (labels == -1).sum() == 3


def test_summary_says_what_remains(tmp_path):
    items = [dict(img_path=f"{i}.jpg", gt_label=[0, 1]) for i in range(4)]
    line = PartialLabelDataset(base(tmp_path, items), setting="SPL").summary()
    assert "4 images x 4 classes" in line and "1.00 positive, 0.00 negative, 3.00 unknown" in line
    assert "without a known positive: " in line and "bird, fish" in line


def test_a_summary_does_not_call_partial_labels_full(tmp_path):
    full = PartialLabelDataset(base(tmp_path), setting="FAL").summary()
    assert full.startswith("PartialLabelDataset FAL(seed=0): ")
    items = [dict(img_path="a.jpg", gt_label=[0, 1], gt_label_neg=[2])]
    line = PartialLabelDataset(base(tmp_path, items), setting="FAL").summary()
    assert line.startswith("PartialLabelDataset as annotated (FAL hides no label, but the annot")


def test_nesting(tmp_path):
    one = base(tmp_path)
    two = base(tmp_path, [dict(i, img_path="x" + i["img_path"]) for i in ITEMS], name="two.json")
    both = PartialLabelDataset(ConcatDataset([one, two]), setting="PAL", ratio=0.6)
    assert both.num_rows == len(both) == 120
    alone = PartialLabelDataset(one, setting="PAL", ratio=0.6)
    np.testing.assert_array_equal(both.labels[:60], alone.labels)

    inside = PartialLabelDataset(RepeatDataset(one, times=3), setting="PAL", ratio=0.6)
    assert len(inside) == 180 and inside.num_rows == 60
    assert inside.get_data_info(61)["row"] == 1
    np.testing.assert_array_equal(inside.labels, alone.labels)

    config = dict(type="mmpartial.PartialLabelDataset", setting="PAL", ratio=0.6,
                  dataset=dict(type="MultiLabelDataset", ann_file=write(tmp_path)))  # fmt: skip
    around = RepeatDataset(config, times=2)
    assert around.get_data_info(61)["row"] == 1 and find_partial(around).num_rows == 60
    balanced = ClassBalancedDataset(config, oversample_thr=0.9)
    rows = [balanced.get_data_info(i)["row"] for i in range(len(balanced))]
    assert len(rows) > 60 and set(rows) == set(range(60))

    fold = KFoldDataset(config, fold=1, num_splits=3)
    part, kept = find_partial(fold), [*range(20), *range(40, 60)]
    assert [fold.get_data_info(i)["row"] for i in range(len(fold))] == [*range(40)]
    assert [part.ids[row] for row in range(40)] == [alone.ids[row] for row in kept]
    np.testing.assert_array_equal(part.labels.dense(), alone.labels[kept])
    np.testing.assert_array_equal(fold.get_data_info(25)["gt_score"], alone.labels[45])


def test_the_other_fold_does_not_count(tmp_path):
    """Its labels are not those of the training, and its checkpoints are not of this run."""
    config = dict(type="mmpartial.PartialLabelDataset", setting="PAL", ratio=0.6,
                  dataset=dict(type="MultiLabelDataset", ann_file=write(tmp_path)))  # fmt: skip
    folds = [KFoldDataset(config, fold=i, num_splits=3, seed=0, test_mode=t)
             for i in range(2) for t in (False, True)]  # fmt: skip
    parts = [find_partial(fold) for fold in folds]
    whole = PartialLabelDataset(config["dataset"], setting="PAL", ratio=0.6)
    for train, test in (parts[:2], parts[2:]):
        assert (train.num_rows, test.num_rows) == (40, 20) and not {*train.ids} & {*test.ids}
        np.testing.assert_array_equal(train.full_counts + test.full_counts, whole.full_counts)
    assert (
        len({part.label_hash for part in parts}) == len({part.fingerprint for part in parts}) == 4
    )


PIPELINE = [dict(type="RandomCrop", crop_size=48, padding=8), dict(type="PackInputs")]


def digits(**kwargs):
    inner = ClutteredDigits("test", indices=16, pipeline=PIPELINE)
    return PartialLabelDataset(inner, setting="PAL", ratio=0.6, **kwargs)


def images(dataset, workers):
    loader = torch.utils.data.DataLoader(dataset, 4, num_workers=workers, collate_fn=lambda b: b,
                                         persistent_workers=workers > 0)  # fmt: skip
    result = []
    for epoch in range(2):
        dataset.set_epoch(epoch, 7)
        result.append(torch.stack([s["inputs"] for batch in loader for s in batch]))
    return result


def test_augmentation_is_a_function_of_seed_epoch_and_index():
    alone, two = images(digits(), 0), images(digits(), 2)
    assert all(torch.equal(a, b) for a, b in zip(alone, two, strict=True))
    assert not torch.equal(alone[0], alone[1])


def test_samples_carry_their_row_and_leave_the_generators_alone():
    dataset = digits()
    dataset.set_epoch(0, 0)
    np.random.seed(3)
    torch.manual_seed(3)
    expected = np.random.rand(), torch.rand(())
    np.random.seed(3)
    torch.manual_seed(3)
    sample = dataset[5]["data_samples"]
    assert (np.random.rand(), torch.rand(())) == expected
    assert sample.row == 5
    np.testing.assert_array_equal(sample.gt_score, dataset.labels[5])


def test_samples_of_a_batch_are_those_that_come_alone():
    dataset = digits()
    dataset.set_epoch(1, 0)
    random.seed(4)
    state = random.getstate()
    batch = dataset.__getitems__([7, 3, 7])
    assert random.getstate() == state
    for idx, sample in zip([7, 3, 7], batch, strict=True):
        assert torch.equal(sample["inputs"], dataset[idx]["inputs"])
        assert sample["data_samples"].row == idx


def test_without_an_epoch_samples_differ_from_call_to_call():
    dataset = digits()
    assert not all(torch.equal(*(dataset[i]["inputs"] for _ in "ab")) for i in range(5))


def test_with_pipeline_is_a_view():
    dataset = digits()
    plain = dataset.with_pipeline([dict(type="mmpretrain.PackInputs")])
    assert torch.equal(plain[3]["inputs"], plain[3]["inputs"])
    assert plain.labels is dataset.labels and dataset.pipeline is None


@pytest.mark.parametrize(
    "options, message",
    [
        (dict(setting="XYZ"), "setting='XYZ' is not known: choose one of FAL, PAL, PPL, SPL"),
        (dict(setting="PAL06"), "setting='PAL06' is not known; the nearest is 'PAL': choose"),
        (dict(setting="PAL"), "setting PAL needs ratio: give train_dataloader.dataset.ratio"),
        (dict(setting="SPL", ratio=0.6), "setting SPL takes no ratio.*write ratio=None"),
        (dict(setting="PAL", ratio=1.5), r"ratio=1.5 is outside \(0, 1\]"),
        (dict(ratio=0.5), "setting=None takes no ratio"),
        (dict(setting="FAL", mask_file="m.npz"), "both say which labels are known"),
        (dict(), "nothing in MultiLabelDataset says which labels are unknown.*setting='FAL'"),
    ],
)
def test_wrong_arguments(tmp_path, options, message):
    with pytest.raises(ValueError, match=message):
        PartialLabelDataset(base(tmp_path), **options)


@pytest.mark.parametrize(
    "item, message",
    [
        (dict(img_path="a.jpg", gt_label=[4]), "image 'a.jpg' has the class index 4.*0 to 3"),
        (dict(img_path="a.jpg", gt_label=[1], gt_label_neg=[1]),
         "image 'a.jpg' lists class 1 as positive and as negative"),
        (dict(img_path="a.jpg", gt_score=[1, 0, 2, 0]), "'a.jpg' has the label 2 for class 2"),
        (dict(img_path="a.jpg", gt_score=[1, 0]), "has 2 values in gt_score.*4 classes"),
        (dict(img_path="a.jpg"), "image 'a.jpg' has neither gt_label nor gt_score"),
    ],
)  # fmt: skip
def test_wrong_labels(tmp_path, item, message):
    with pytest.raises(ValueError, match=message):
        PartialLabelDataset(base(tmp_path, [item]), setting="FAL")


def test_one_image_twice(tmp_path):
    with pytest.raises(ValueError, match="the image '000.jpg' is listed twice"):
        PartialLabelDataset(base(tmp_path, [ITEMS[0], ITEMS[0]]), setting="FAL")
    with pytest.raises(ValueError, match="two datasets read .*json and both have its image"):
        PartialLabelDataset(ConcatDataset([base(tmp_path), base(tmp_path)]), setting="FAL")
    with pytest.raises(ValueError, match="the image '000.jpg' is listed twice"):
        PartialLabelDataset(
            ConcatDataset([base(tmp_path), base(tmp_path, prefix="other")]), setting="FAL"
        )


def test_nests_that_make_no_sense(tmp_path):
    with pytest.raises(ValueError, match="put it around PartialLabelDataset"):
        PartialLabelDataset(
            ClassBalancedDataset(base(tmp_path), oversample_thr=0.1), setting="PAL", ratio=0.6
        )
    with pytest.raises(ValueError, match="put it around PartialLabelDataset"):  # before it reads
        PartialLabelDataset(dict(type="ClassBalancedDataset", dataset=dict(type="ClutteredDigits")))
    with pytest.raises(ValueError, match="inside PartialLabelDataset: use one"):
        PartialLabelDataset(PartialLabelDataset(base(tmp_path), setting="FAL"), setting="SPL")


def test_stock_voc_inside(tmp_path):
    root = tmp_path / "VOC2007"
    (root / "Annotations").mkdir(parents=True)
    (root / "ImageSets" / "Main").mkdir(parents=True)
    (root / "ImageSets" / "Main" / "train.txt").write_text("000001\n000002\n")
    for name, classes in (("000001", ["dog", "person"]), ("000002", ["cat"])):
        objects = "".join(
            f"<object><name>{c}</name><difficult>0</difficult></object>" for c in classes
        )
        (root / "Annotations" / f"{name}.xml").write_text(f"<annotation>{objects}</annotation>")
    dataset = PartialLabelDataset(VOC(str(root), split="train"), setting="FAL")
    classes = dataset.metainfo["classes"]
    found = [{classes[c] for c in dataset.get_cat_ids(i)} for i in range(2)]
    assert found == [{"dog", "person"}, {"cat"}] and dataset.ids == ["000001.jpg", "000002.jpg"]


def test_lazy_init_loads_on_demand(tmp_path):
    inner = base(tmp_path, lazy_init=True)
    dataset = PartialLabelDataset(inner, setting="SPL", lazy_init=True)
    assert not inner._fully_initialized
    dataset.full_init()
    assert len(dataset) == 60


def test_no_class_names(tmp_path):
    file = tmp_path / "a.json"
    file.write_text(json.dumps(dict(metainfo={}, data_list=ITEMS)))
    with pytest.raises(ValueError, match="has no class names"):
        PartialLabelDataset(MultiLabelDataset(str(file)), setting="FAL")


def test_mask_file_round_trip(tmp_path):
    first = PartialLabelDataset(base(tmp_path), setting="PPL", ratio=0.5)
    path = str(tmp_path / "masks" / "ppl.npz")
    first.save_mask(path)
    order = np.random.default_rng(0).permutation(60)
    other = PartialLabelDataset(
        base(tmp_path, [ITEMS[i] for i in order], name="b.json"), mask_file=path
    )
    np.testing.assert_array_equal(other.labels, first.labels[order])
    assert other.label_hash == first.label_hash
    with pytest.raises(FileExistsError, match=r"ppl.npz exists"):
        first.save_mask(path)


def test_mask_file_of_something_else(tmp_path):
    path = str(tmp_path / "m.npz")
    PartialLabelDataset(base(tmp_path), setting="PPL", ratio=0.5).save_mask(path)
    with pytest.raises(
        ValueError, match="other images: it lacks 1 of the dataset's 1, for example 'z.jpg'"
    ):
        PartialLabelDataset(base(tmp_path, [dict(ITEMS[0], img_path="z.jpg")]), mask_file=path)
    with pytest.raises(ValueError, match="other images: it lacks 0 of the dataset's 59.* has 60"):
        PartialLabelDataset(base(tmp_path, ITEMS[1:]), mask_file=path)
    with pytest.raises(ValueError, match="from other annotations"):
        changed = [dict(i, gt_label=[]) for i in ITEMS]
        PartialLabelDataset(base(tmp_path, changed), mask_file=path)
    with pytest.raises(ValueError, match="for other classes"):
        dataset = MultiLabelDataset(write(tmp_path, classes=CLASSES[::-1]), data_prefix="images")
        PartialLabelDataset(dataset, mask_file=path)
    with pytest.raises(FileNotFoundError, match="none.npz: set mask_file to its path"):
        PartialLabelDataset(base(tmp_path), mask_file=str(tmp_path / "none.npz"))
    (tmp_path / "bad.npz").write_text("no")
    with pytest.raises(ValueError, match="is not a mask file"):
        PartialLabelDataset(base(tmp_path), mask_file=str(tmp_path / "bad.npz"))


def test_workers_share_the_records_of_stock_datasets(tmp_path):
    items = [dict(item, img_path=f"{i:090}.jpg") for i, item in enumerate(ITEMS * 15)]
    inside = RepeatDataset(base(tmp_path, items, pipeline=[]), times=2)
    wrapped = PartialLabelDataset(inside, setting="PAL", ratio=0.5)
    sent = bytes(ForkingPickler.dumps(wrapped))
    assert len(sent) < 100_000 < inside.dataset.data_bytes.nbytes
    there = pickle.loads(sent)
    assert len(there) == 1800 and there.record(901) == wrapped.record(901)
    memories = [d.dataset.dataset.data_bytes for d in (wrapped, there)]
    memories[0][5] += 1  # only to see that it is one memory
    assert memories[0][5] == memories[1][5]

"""Open Images' CSV files on miniatures, and each way they can be wrong."""

import json
import os
import pickle
from collections import defaultdict

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mmpartial.datasets import OpenImages, PartialLabelDataset
from mmpartial.datasets.annotation_store import StoredAnnotations
from mmpartial.datasets.published.open_images_csv import without_conflicts
from mmpartial.labels.identity import label_hash
from mmpartial.labels.matrix import LabelMatrix
from tests.commands import Command, start_server

# Header, order of columns and quirks are those of the published files.
LABELS = """ImageID,Source,LabelName,Confidence
000026e7ee790996,verification,/m/04hgtk,0
000026e7ee790996,verification,/m/07j7r,1
000026e7ee790996,crowdsource-verification,/m/07j7r,1
000026e7ee790996,verification,/m/0k4j,0
f00062a46904ff6a,verification,/m/07j7r,0
f00062a46904ff6a,verification,/m/04hgtk,1
000062a39995e348,crowdsource-verification,/m/04hgtk,1
000062a39995e348,verification,/m/04hgtk,0
000062a39995e348,verification,/m/011k07,1
0000c64e1253d68f,verification,/m/0k4j,1
"""
CLASSES = "/m/011k07\n/m/04hgtk\n/m/07j7r\n"
DESCRIPTIONS = """LabelName,DisplayName
/m/0k4j,Car
/m/07j7r,"Tree, the plant"
/m/04hgtk,Head
/m/011k07,Head
"""
IMAGES = """ImageID,Subset,OriginalURL,OriginalLandingURL,License,AuthorProfileURL,Author,Title,\
OriginalSize,OriginalMD5,Thumbnail300KURL,Rotation
f00062a46904ff6a,train,https://c1.staticflickr.com/o.jpg,https://www.flickr.com/1,\
https://creativecommons.org/licenses/by/2.0/,https://www.flickr.com/p,"Some, one","A ""title"", é",\
1482039,NP9ncgLKkVfKzCr7b7o2gw==,https://c4.staticflickr.com/z.jpg,0.0
0000c64e1253d68f,train,https://c1.staticflickr.com/p.jpg,https://www.flickr.com/2,\
https://creativecommons.org/licenses/by/2.0/,https://www.flickr.com/q,Other,,1,x,,
00000000000000aa,train,,,,,,,,,,
"""
FILES = {"labels.csv": LABELS, "classes.txt": CLASSES, "names.csv": DESCRIPTIONS,
         "images.csv": IMAGES}  # fmt: skip


def load(folder, files=None, **options):
    for name, text in (FILES | (files or {})).items():
        if not (folder / name).exists() or (files or {}).get(name):
            data = text if isinstance(text, bytes) else text.encode()
            (folder / name).write_bytes(data)
    options = dict(class_file="classes.txt", description_file="names.csv") | options
    return OpenImages("labels.csv", data_root=str(folder), data_prefix="train", **options)


def test_reads_the_published_format(tmp_path):
    dataset = load(tmp_path)
    assert dataset.metainfo["classes"] == ("Head (/m/011k07)", "Head (/m/04hgtk)",
                                           "Tree, the plant")  # fmt: skip
    infos = [dataset.get_data_info(i) for i in range(len(dataset))]
    assert [info["img_path"] for info in infos] == [
        str(tmp_path / "train" / f"{name}.jpg")
        for name in ("000026e7ee790996", "000062a39995e348", "f00062a46904ff6a")
    ]
    assert [info["gt_score"].tolist() for info in infos] == [[-1, 0, 1], [1, -1, -1], [-1, 1, 0]]


def write_open_images(root, dataset):
    """A miniature with as many classes as the published files."""
    (root / dataset.data_prefix).mkdir(parents=True)
    (root / dataset.ann_file).parent.mkdir(parents=True, exist_ok=True)
    (root / dataset.ann_file).write_text(LABELS)
    for name in {line.split(",")[0] for line in LABELS.splitlines()[1:]}:
        Image.new("RGB", (20, 16)).save(root / dataset.data_prefix / f"{name}.jpg")
    known = "".join(f"{line}\n" for line in DESCRIPTIONS.splitlines()[1:])
    total = 5000 if "2017_11" in dataset.class_file else 9605
    others = "".join(f"/m/0{c:05x},Class {c}\n" for c in range(total - 4))
    mids = [line.split(",")[0] for line in (known + others).splitlines()]
    if dataset.class_file.endswith(".txt"):
        (root / dataset.class_file).write_text("\n".join(mids) + "\n")
        (root / dataset.description_file).write_text("LabelName,DisplayName\n" + known + others)
    else:
        (root / dataset.class_file).write_text("\n".join((known + others).splitlines()[:601]))


def test_the_files_of_v3(tmp_path):
    """Another source, numbers with a point, descriptions without a header, files in folders."""
    (tmp_path / "2017_11/train").mkdir(parents=True)
    labels = LABELS.replace(",verification,", ",human,").replace(",1\n", ",1.0\n")
    (tmp_path / "2017_11/train/annotations-human.csv").write_text(labels.replace(",0\n", ",0.0\n"))
    (tmp_path / "2017_11/classes-trainable.txt").write_text(CLASSES)
    (tmp_path / "2017_11/class-descriptions.csv").write_text(DESCRIPTIONS.split("\n", 1)[1])
    dataset = OpenImages(
        "2017_11/train/annotations-human.csv",
        "2017_11/classes-trainable.txt",
        "2017_11/class-descriptions.csv",
        data_root=str(tmp_path),
        data_prefix="train",
    )
    v6 = load(tmp_path)
    assert dataset.metainfo["classes"] == v6.metainfo["classes"]
    assert dataset.annotations.label_hash == v6.annotations.label_hash


@pytest.fixture
def logged(monkeypatch):
    lines = []
    monkeypatch.setattr("mmpartial.utils.log.print_log", lambda text, **_: lines.append(text))
    return lines


def test_counts_what_it_leaves_out(tmp_path, logged):
    load(tmp_path, image_list="images.csv")
    load(tmp_path)
    counts = ("OpenImages: 3 images; labels: 10 read, 2 of other classes, "
              "{} of images outside image_list, {} conflicting")  # fmt: skip
    assert [logged[0], logged[2]] == [counts.format(6, 0), counts.format(0, 1)]


def test_a_list_of_images_and_files_without_header_or_names(tmp_path):
    bare = dict(description_file=None, class_file="boxable.csv", image_list="images.csv")
    dataset = load(tmp_path, {"boxable.csv": "/m/07j7r,Tree\n/m/0k4j,Car\n"}, **bare)
    assert dataset.metainfo["classes"] == ("/m/07j7r", "/m/0k4j")
    assert dataset.annotations.labels.dense().tolist() == [[-1, -1], [-1, 1], [0, -1]]
    assert dataset.annotations.images[0] == "00000000000000aa.jpg"


def test_some_classes_in_another_order(tmp_path):
    classes = ["Tree, the plant", "Head (/m/011k07)"]
    dataset = load(tmp_path, metainfo=dict(classes=classes))
    assert dataset.annotations.labels.dense().tolist() == [[1, -1], [-1, 1], [0, -1]]
    with pytest.raises(ValueError, match="no class 'Tree' .* nearest is 'Tree, the plant'"):
        load(tmp_path, metainfo=dict(classes=["Tree"]))


def test_the_hierarchy_speaks_of_machine_ids(tmp_path):
    tree = dict(LabelName="/m/0bl9f", Subcategory=[
        dict(LabelName="/m/07j7r", Subcategory=[dict(LabelName="/m/011k07")]),
        dict(LabelName="/m/04hgtk"),
    ])  # fmt: skip
    (tmp_path / "hierarchy.json").write_text(json.dumps(tree))
    labels = load(tmp_path, hierarchy="hierarchy.json").annotations.labels.dense()
    assert labels.tolist() == [[-1, 0, 1], [1, -1, 1], [0, 1, 0]]


def test_the_cache_is_made_once_for_each_content(tmp_path, monkeypatch):
    first = load(tmp_path)
    monkeypatch.setattr(OpenImages, "read", lambda self: pytest.fail("read again"))
    again = load(tmp_path)
    assert isinstance(again.annotations, StoredAnnotations)
    assert isinstance(again.annotations.labels.codes, np.memmap)
    np.testing.assert_array_equal(again.annotations.labels, first.annotations.labels)
    monkeypatch.undo()
    load(tmp_path, {"labels.csv": LABELS + "000026e7ee790996,verification,/m/011k07,1\n"})
    load(tmp_path, suffix=".png")
    folders = [path.name for path in (tmp_path / "cache").iterdir() if path.is_dir()]
    assert len(folders) == 3  # nothing was overwritten
    assert not [name for name in folders if name.startswith(".")]
    stat = os.stat(tmp_path / "labels.csv")
    os.utime(tmp_path / "labels.csv", ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    (tmp_path / "hierarchy.json").write_text('{"/m/011k07": "/m/07j7r"}')
    load(tmp_path)
    load(tmp_path, hierarchy="hierarchy.json")
    assert len([path for path in (tmp_path / "cache").iterdir() if path.is_dir()]) == 5


def test_processes_that_start_at_once_share_one_cache(tmp_path):
    load(tmp_path, suffix=".png")  # writes the CSV files
    (tmp_path / "read.py").write_text(
        "from mmpartial.datasets import OpenImages\n"
        "OpenImages('labels.csv', 'classes.txt', 'names.csv', data_root='.')"
    )
    started = [Command(tmp_path / "read.py", cwd=tmp_path) for _ in range(3)]
    for command in started:
        command.done().checked()
    assert len([path for path in (tmp_path / "cache").iterdir() if path.is_dir()]) == 2


def test_a_cache_is_of_one_content_one_reader_and_one_role_of_each_file(tmp_path, monkeypatch):
    """Whatever the time that a file was given; and no other reader's."""

    def caches():
        return len([path for path in (tmp_path / "cache").iterdir() if path.is_dir()])

    load(tmp_path)
    stat = os.stat(tmp_path / "labels.csv")
    (tmp_path / "labels.csv").write_text(LABELS.replace("/m/04hgtk,0", "/m/04hgtk,1"))
    os.utime(tmp_path / "labels.csv", ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert os.stat(tmp_path / "labels.csv").st_size == stat.st_size
    labels = load(tmp_path).annotations.labels.dense()
    assert labels[0].tolist() == [-1, 1, 1] and caches() == 2
    monkeypatch.setattr("mmpartial.datasets.published.open_images._CACHE_VERSION", 2)
    load(tmp_path)
    assert caches() == 3
    names = dict(description_file=None, class_file="classes.txt", image_list=None)
    keys = {load(tmp_path, lazy_init=True, **(names | {option: "names.csv"}))._key()
            for option in names}  # fmt: skip
    assert len(keys) == 3


def test_a_killed_build_leaves_no_cache(tmp_path, monkeypatch):
    def killed(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr("mmpartial.datasets.annotation_store._write_names", killed)
    with pytest.raises(KeyboardInterrupt):
        load(tmp_path)
    assert not [path for path in (tmp_path / "cache").iterdir() if path.is_dir()]


def test_copies_in_other_processes_open_the_same_files(tmp_path):
    annotations = load(tmp_path).annotations
    copy = pickle.loads(pickle.dumps(annotations))
    assert isinstance(copy.labels.codes, np.memmap) and len(pickle.dumps(annotations)) < 1000
    assert list(copy.images) == list(annotations.images)
    assert copy.images[-1:] == ["f00062a46904ff6a.jpg"]
    names = pickle.loads(pickle.dumps(annotations.images))
    assert names[0] == "000026e7ee790996.jpg" and len(names) == 3
    with pytest.raises(IndexError):
        names[3]


def test_wrapped_as_annotated_and_in_a_setting(tmp_path):
    dataset = load(tmp_path)
    wrapped = PartialLabelDataset(dataset)
    np.testing.assert_array_equal(wrapped.labels, dataset.annotations.labels)
    hashes = np.array(dataset.annotations.name_hashes)
    assert wrapped.label_hash == label_hash(dataset.annotations.labels, hashes)
    single = PartialLabelDataset(dataset, setting="SPL")
    assert (np.asarray(single.labels) == 1).sum() == 3 and not (single.labels == 0).any()


@pytest.mark.parametrize("method", ["fork", "forkserver"])
def test_worker_processes(tmp_path, method):
    start_server()
    dataset = PartialLabelDataset(load(tmp_path, pipeline=[]))
    loader = torch.utils.data.DataLoader(dataset, batch_size=None, num_workers=2,
                                         multiprocessing_context=method)  # fmt: skip
    found = [sample["gt_score"].tolist() for sample in loader]
    assert found == np.asarray(dataset.labels).tolist()


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3), st.booleans()), min_size=1))
def test_equals_brute_force(tmp_path_factory, entries):
    folder = tmp_path_factory.mktemp("open_images")
    mids = [f"/m/{c:03x}" for c in range(3)]  # the fourth class is none of ours
    lines = [f"{i * 2**60:016x},verification,/m/{c:03x},{int(y)}" for i, c, y in entries]
    text = "\n".join(["ImageID,Source,LabelName,Confidence", *lines, ""])
    said = defaultdict(set)
    for image, cls, positive in entries:
        if cls < 3:
            said[image, cls].add(int(positive))
    if not said:
        with pytest.raises(ValueError, match="there is no image in"):
            load(folder, {"labels.csv": text, "classes.txt": "\n".join(mids)},
                 description_file=None)  # fmt: skip
        return
    dataset = load(folder, {"labels.csv": text, "classes.txt": "\n".join(mids)},
                   description_file=None)  # fmt: skip
    images = sorted({image for image, _ in said})
    expected = np.full((len(images), 3), -1)
    for (image, cls), values in said.items():
        if len(values) == 1:
            expected[images.index(image), cls] = values.pop()
    np.testing.assert_array_equal(dataset.annotations.labels, expected)


@given(st.lists(st.integers(0, 12)))
def test_without_conflicts(keys):
    kept, dropped = without_conflicts(np.array(keys, dtype=np.int64))
    both = {key // 2 for key in keys} - {key // 2 for key in keys if key ^ 1 not in keys}
    assert kept.tolist() == sorted(key for key in keys if key // 2 not in both)
    assert dropped == len(both)


@pytest.mark.parametrize(
    "files, message",
    [
        ({"labels.csv": LABELS.replace("/m/0k4j,0", "/m/0k4j,0.7")},
         "labels.csv has 0.69.* in line 5, column Confidence.*not the machine-generated one"),
        ({"labels.csv": LABELS.replace("/m/0k4j,1", "/m/0k4j,")},
         "labels.csv has None in line 11, column Confidence"),
        ({"labels.csv": LABELS.replace("f00062a46904ff6a", "f00062a46904ff6")},
         "labels.csv has 'f00062a46904ff6' in line 6, column ImageID"),
        ({"labels.csv": LABELS.replace("f00062a46904ff6a", "g00062a46904ff6a")},
         "labels.csv has 'g00062a46904ff6a' in line 6, column ImageID"),
        ({"labels.csv": LABELS.encode("utf-16")}, "labels.csv is text in UTF-16: save it as UTF-8"),
        ({"labels.csv": "version https://git-lfs.github.com/spec/v1\noid sha256:4d\nsize 9\n"},
         "labels.csv is a pointer of Git LFS"),
        ({"classes.txt": b"PK\x03\x04"}, "classes.txt is a ZIP archive or an Excel workbook"),
        ({"labels.csv": LABELS[:-30]}, "labels.csv is not a CSV with the columns ImageID"),
        ({"labels.csv": LABELS.replace("Confidence", "Score")}, "not a CSV with the columns"),
        ({"labels.csv": LABELS.split("\n")[0] + "\n"}, "labels.csv has no label"),
        ({"labels.csv": b" "}, "labels.csv is not a CSV|labels.csv has no label"),
        ({"labels.csv": LABELS.encode().replace(b"/m/011k07", b"/m/\xff11k07")},
         "labels.csv is not a CSV with the columns .*UTF8"),
        ({"classes.txt": "Tree\nHead\n"}, "classes.txt is not a list of Open Images' classes"),
        ({"names.csv": DESCRIPTIONS.replace("/m/07j7r", "/m/xxxxx")},
         "names.csv lacks 1 of the 3 classes of classes.txt, the first is /m/07j7r"),
    ],
)  # fmt: skip
def test_bad_files(tmp_path, files, message):
    with pytest.raises(ValueError, match=message):
        load(tmp_path, files)


def test_missing_files_and_images(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no .*none.csv: download it from the"):
        load(tmp_path, image_list="none.csv")
    (tmp_path / "train").mkdir()
    (tmp_path / "train" / "000026e7ee790996.jpg").touch()
    with pytest.raises(FileNotFoundError, match="2 of 3 images are not below .*000062a39995e348"):
        load(tmp_path, check_images=True)


def test_an_unusual_number_of_labels_is_noted(tmp_path, logged):
    name = "validation-annotations-human-imagelabels.csv"
    (tmp_path / name).write_text(LABELS)
    load(tmp_path)
    OpenImages(name, "classes.txt", data_root=str(tmp_path), data_prefix="validation")
    assert any("has 10 labels, but the published file has 595339" in line for line in logged)


def test_large_matrices_are_never_dense(monkeypatch):
    """Nine million images of 9,605 classes would be 86 GB."""
    monkeypatch.setattr(LabelMatrix, "dense", lambda self: pytest.fail("dense"))
    keys = np.array([2 * (8_999_999 * 9605 + 9604) + 1, 4], dtype=np.int64)
    labels = LabelMatrix.from_keys(keys, (9_000_000, 9605), default_state=-1)
    assert labels.count(1)[9604] == 1 and labels.count(-1).sum() == 9_000_000 * 9605 - 2
    assert labels[8_999_999][9604] == 1 and labels[0].tolist()[:3] == [-1, -1, 0]

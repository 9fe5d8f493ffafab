"""A small valid file of each kind that is read, and its reader."""

import gzip
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import openpyxl
import pyarrow as pa
import pyarrow.parquet
import torch

from mmpartial.apis.model import read_trained
from mmpartial.apis.questions.files import read_answers
from mmpartial.comparison.results import read_classes, read_result
from mmpartial.datasets import annotation_store
from mmpartial.datasets.feature_store import FeatureStore
from mmpartial.datasets.hiding.mask_file import load_mask, save_mask
from mmpartial.datasets.split_file import read_split
from mmpartial.engine.checkpoints import fault
from mmpartial.formats import FORMATS, read_annotations
from mmpartial.labels.annotations import Annotations
from mmpartial.labels.hierarchy import Hierarchy
from mmpartial.labels.matrix import LabelMatrix
from mmpartial.memory.class_prior import read_prior
from mmpartial.memory.table_copies import read_copy
from mmpartial.reports.run_files import read_run
from mmpartial.utils.checksum import checksum
from tests.formats.test_damaged_json import COCO, LISTS, MMPRETRAIN, SCORES, SPLITS

LABELS = Annotations(
    ["a/1.jpg", "b/2.jpg", "3.jpg"],
    ["cat", "dog", "bird"],
    LabelMatrix.from_dense(np.array([[1, 0, -1], [-1, 1, 0], [0, -1, 1]])),
)
MANIFEST = {
    "source-ref": "s3://bucket/1.jpg",
    "pets": [1, 0],
    "pets-metadata": {
        "class-map": {"1": "cat", "0": "dog"}, "confidence-map": {"1": 0.9, "0": 0.4},
        "type": "groundtruth/image-classification-multilabel",
    },
}  # fmt: skip
TREE = dict(LabelName="x", Subcategory=[dict(LabelName="cat", Subcategory=[dict(LabelName="dog")])])
TABLE = "class,AP_last,AP_best,train_positives\ncat,0.5,0.6,3\ndog,0.1,,2\n"
LINES = '{"loss": 0.5, "epoch": 1, "step": 1}\n{"m/mAP": 50.0, "step": 1}\n'
RESULT = dict(
    status="done", error="", test_mAP_last=1.0, test_mAP_best=None, held_out_mAP=None,
    best_epoch=None, label_hash="x", seconds=1, positives=1, hidden_positives=1, negatives=1,
    unknown=1,
)  # fmt: skip
CONFIG = "model = dict(type='ImageClassifier', head=dict(num_classes=3, x=[1, (2, None)]))\n"


class Case(NamedTuple):
    """A kind of file.

    Attributes:
        write: Writes the files into a folder.
        read: Reads them.
        sealed: Called after a file has been damaged, such as to renew a checksum.
    """

    write: Callable[[Path], Any]
    read: Callable[[Path], Any]
    sealed: Callable[[Path], Any] = lambda folder: None


def _text(name: str, text: str) -> Callable[[Path], Any]:
    return lambda folder: (folder / name).write_text(text)


def _format(name: str, format: str, write: Callable[[Path], Any] | None = None, **options: Any):
    def written(folder: Path) -> None:
        FORMATS[format].write(LABELS, str(folder / name))

    def read(folder: Path) -> None:
        read_annotations(format, str(folder / name), **options).labels.dense()

    return Case(write or written, read)


def _gzipped(folder: Path) -> None:
    FORMATS["wide_csv"].write(LABELS, str(folder / "x.csv"))
    (folder / "x.csv.gz").write_bytes(gzip.compress((folder / "x.csv").read_bytes()))
    (folder / "x.csv").unlink()


def _workbook(folder: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["image", "cat", "dog"], ["1.jpg", 1, None], ["2.jpg", 0, 1.5]):
        book.active.append(row)
    book.active.merge_cells("E1:E2")
    book.save(folder / "x.xlsx")


def _table(folder: Path) -> None:
    columns = dict(image=["1.jpg", "2.jpg", "3.jpg"], cat=[1, 0, None], dog=["1", "", "yes"])
    pa.parquet.write_table(pa.table(columns), folder / "x.parquet")


def _yolo(folder: Path) -> None:
    (folder / "data.yaml").write_text("names: {0: cat, 1: dog}\n")
    (folder / "1.jpg").touch()
    (folder / "1.txt").write_text("1 .5 .5 .1 .1\n0 .1 .1 .2 .2 .3 .3\n")


def _features(folder: Path) -> None:
    store = FeatureStore(str(folder), "x")
    store.create(np.arange(3), 1, (2,), dict(weights="w"))
    store.fill(iter([np.ones((3, 1, 2), dtype=np.float32)]))
    del store.meta["checksum"]  # which would find all damage before the other checks do
    store._write_meta()


def _stored(folder: Path) -> None:
    found = annotation_store.StoredAnnotations(str(folder / "store"))
    np.asarray(found.labels), list(found.images)


def _checksums(folder: Path) -> None:
    files = [file for file in (folder / "store").iterdir() if file.name != "checksums.json"]
    sums = {file.name: checksum(file) for file in files}
    (folder / "store" / "checksums.json").write_text(json.dumps(sums))


def _checkpoint(folder: Path) -> None:
    meta = dict(cfg=CONFIG, dataset_meta=dict(classes=["cat"]))
    labels = dict(file="x.pt", owner="o", shape=[1, 2])
    state = dict(meta=meta, state_dict=dict(w=torch.ones(2)), pseudo_labels=labels)
    torch.save(state, folder / "x.pth")
    torch.save(torch.ones(1, 2), folder / "x.pt")


def _restore(folder: Path) -> None:
    if fault(folder / "x.pth") is None:
        read_copy(folder, "x.pt")
    read_trained(folder / "x.pth")


def _run(folder: Path) -> None:
    for name, text in {
        "1/vis_data/scalars.json": LINES,
        "per_class/m_val_1.csv": TABLE,
        "thresholds.csv": TABLE,
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def _result(folder: Path) -> None:
    (folder / "result.json").write_text(json.dumps(RESULT))
    (folder / "classes.csv").write_text(TABLE)


def _read_result(folder: Path) -> None:
    read_result(folder)
    read_classes(folder)


def _arrays(folder: Path) -> None:
    np.save(folder / "formatted_train_labels_obs.npy", np.array([[1, 0, 0], [0, 1, -1], [0, 0, 1]]))
    np.save(folder / "formatted_train_images.npy", np.array(["1.jpg", "2.jpg", "3.jpg"]))


def _mask(name: str, write: Callable[[Path], Any]) -> Case:
    return Case(write, lambda folder: load_mask(str(folder / name), LABELS))


def _hierarchy(name: str, text: str) -> Case:
    def read(folder: Path) -> None:
        found = Hierarchy.from_file(str(folder / name))
        found.strict = False
        found.above(["cat", "dog", "bird", "animal"])

    return Case(_text(name, text), read)


_json = json.dumps
_unlisted = partial(dict, unlisted="negative")
CASES: dict[str, Case] = {
    "wide CSV": _format("x.csv", "wide_csv"),
    "wide CSV, gzip": _format("x.csv.gz", "wide_csv", _gzipped),
    "long CSV": _format("x.csv", "long_csv", **_unlisted()),
    "long CSV, lists": _format(
        "x.csv", "long_csv", _text("x.csv", "image,class\n1.jpg,\"['cat','dog']\"\n2.jpg,[]\n"),
        separator="json", **_unlisted(),
    ),
    "Parquet": _format("x.parquet", "wide_csv", _table),
    "Excel": _format("x.xlsx", "wide_csv", _workbook, values={"1.5": 1}),
    "COCO": _format("x.json", "coco_json", _text("x.json", _json(COCO)), **_unlisted()),
    "JSON lists": _format("x.json", "json_lists", _text("x.json", _json(LISTS)), **_unlisted()),
    "JSON Lines": _format("x.jsonl", "json_lists", **_unlisted()),
    "MMPretrain": _format("x.json", "mmpretrain", _text("x.json", _json(MMPRETRAIN))),
    "MMPretrain, scores": _format("x.json", "mmpretrain", _text("x.json", _json(SCORES))),
    "splits": _format(
        "x.json", "splits", _text("x.json", _json(SPLITS)), split="train", **_unlisted()
    ),
    "CVAT": _format("x.xml", "cvat", **_unlisted()),
    "Label Studio": _format("x.json", "label_studio", **_unlisted()),
    "SageMaker": _format(
        "x.manifest", "sagemaker", _text("x.manifest", _json(MANIFEST)), **_unlisted()
    ),
    "FiftyOne": _format("x", "fiftyone", **_unlisted()),
    "YOLO": _format("", "yolo", _yolo, **_unlisted()),
    "class list": Case(
        lambda folder: (
            _text("x.txt", "cat\ndog\nbird\n")(folder),
            FORMATS["json_lists"].write(LABELS, str(folder / "x.json")),
        ),
        lambda folder: read_annotations(
            "json_lists", str(folder / "x.json"), classes=str(folder / "x.txt"), **_unlisted()
        ),
    ),
    "hierarchy": _hierarchy("x.json", _json(dict(cat=["animal"], dog="animal", bird="animal"))),
    "hierarchy, Open Images": _hierarchy("x.json", _json(TREE)),
    "hierarchy, CSV": _hierarchy("x.csv", "child,parent\ncat,animal\ndog,animal\n"),
    "mask": _mask("x.npz", lambda folder: save_mask(str(folder / "x.npz"), LABELS)),
    "mask, list": _mask("x.txt", _text("x.txt", "1.jpg,0\n2.jpg,1\n3.jpg,2\n")),
    "mask, array": _mask("formatted_train_labels_obs.npy", _arrays),
    "features": Case(
        _features, lambda folder: FeatureStore(str(folder), "x").open().moments()
    ),
    "label store": Case(
        lambda folder: annotation_store.save(LABELS, str(folder / "store")), _stored, _checksums
    ),
    "split file": Case(
        _text("x.csv", "image,part,group\n1.jpg,train,a\n2.jpg,val,\n"),
        lambda folder: read_split(str(folder / "x.csv")),
    ),
    "answers": Case(
        _text("x.csv", "image,class,answer\n1.jpg,cat,yes\n1.jpg,dog,n\n2.jpg,cat,\n"),
        lambda folder: read_answers(str(folder / "x.csv"), LABELS),
    ),
    "class prior": Case(
        _text("x.json", '{"cat": 0.5, "dog": 0.1}'),
        lambda folder: read_prior(str(folder / "x.json"), ["cat", "dog"]),
    ),
    "checkpoint": Case(_checkpoint, _restore),
    "result": Case(_result, _read_result),
    "work_dir": Case(_run, read_run),
}  # fmt: skip

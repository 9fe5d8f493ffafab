"""Evaluation images that are trained on, under another name or not."""

import json
import shutil

import numpy as np
import pytest
from PIL import Image

from mmpartial.engine.checks.overlap import in_both
from tests.runs import tiny_runner

FULL = dict(_delete_=True, type="mmpartial.PartialLabelDataset", setting="FAL")


def write(path, seed, size=24):
    pixels = np.random.default_rng(seed).integers(0, 255, (size, size, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path)
    return str(path)


def test_the_same_file_and_a_renamed_copy(tmp_path):
    a, b, c = (write(tmp_path / f"{name}.png", seed) for seed, name in enumerate("abc"))
    renamed = str(tmp_path / "renamed.jpg")
    shutil.copy(b, renamed)
    assert in_both([a, b], [a, renamed, c, str(tmp_path / "gone.png")]) == {a: a, renamed: b}


@pytest.mark.parametrize("place", [0, 1000, -1])
def test_files_of_one_size_are_told_apart_at_both_ends(tmp_path, place):
    content = np.random.default_rng(0).bytes(2000)
    other = bytearray(content)
    other[place] ^= 1
    (tmp_path / "a").write_bytes(content)
    (tmp_path / "b").write_bytes(other)
    assert in_both([str(tmp_path / "a")], [str(tmp_path / "b")]) == {}


def photos(folder, names):
    """A stock dataset of images with labels of the two classes."""
    items = [
        dict(img_path=str(folder / name), gt_label=[number % 2])
        for number, name in enumerate(names)
    ]
    file = folder / f"{names[0]}.json"
    file.write_text(json.dumps(dict(metainfo=dict(classes=["a", "b"]), data_list=items)))
    pipeline = [dict(type="LoadImageFromFile"), dict(type="PackInputs")]
    return dict(type="MultiLabelDataset", ann_file=str(file), pipeline=pipeline)


@pytest.mark.parametrize("copied", [True, False])
@pytest.mark.parametrize("repeated", [True, False])
def test_a_run_reports_the_number_and_the_first(tmp_path, caplog, copied, repeated):
    names = [f"{number}.png" for number in range(16)]
    for seed, name in enumerate(names):
        write(tmp_path / name, seed)
    write(tmp_path / "new.png", 3 if copied else 99)
    train, other = photos(tmp_path, names), photos(tmp_path, ["new.png"])
    train = dict(type="RepeatDataset", times=2, dataset=train) if repeated else train
    runner = tiny_runner(
        tmp_path / "run",
        train_dataloader__dataset=dict(FULL, dataset=train),
        val_dataloader__dataset=dict(FULL, dataset=other) if repeated else dict(
            other, _delete_=True
        ),
        train_cfg__max_epochs=1, train_cfg__val_interval=9, custom_hooks=[],
        model__head__num_classes=2, model__data_preprocessor=dict(num_classes=2),
        model__head__loss=dict(_delete_=True, type="mmpartial.PartialBCELoss"),
        model__head__q=1.0,
    )  # fmt: skip
    runner.logger.addHandler(caplog.handler)
    runner.train()
    sentence = "1 of the 1 images of val_dataloader.dataset are trained on as well"
    assert (sentence in caplog.text) == copied
    assert (f"which train_dataloader.dataset has as '{tmp_path}/3.png'" in caplog.text) == copied

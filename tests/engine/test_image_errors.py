"""Images that cannot be read, in runs: stock datasets, and evaluations that would skip."""

import json

import pytest
from PIL import Image

from mmpartial.datasets.transforms.unreadable import UnreadableImage
from mmpartial.engine.checks import GuardError
from tests.runs import tiny_runner

STEPS = [
    dict(type="LoadImageFromFile", ignore_empty=True),
    dict(type="Resize", scale=(40, 40)),
    dict(type="PackInputs"),
]
PARTS = ("train", "val", "test")
CLASSES = [f"class {c}" for c in range(40)]


def photos(tmp_path, name, broken):
    """A stock dataset of four images, one of them empty if asked for."""
    items = [dict(img_path=f"{name}{i}.png", gt_label=[c for c in range(40) if (c + i) % 2])
             for i in range(4)]  # fmt: skip
    for i, item in enumerate(items):
        Image.new("RGB", (8, 8), (i, i, 99)).save(tmp_path / item["img_path"])
    if broken:
        (tmp_path / items[2]["img_path"]).write_bytes(b"")
    file = tmp_path / f"{name}.json"
    file.write_text(json.dumps(dict(metainfo=dict(classes=CLASSES), data_list=items)))
    return dict(
        type="MultiLabelDataset", ann_file=str(file), data_prefix=str(tmp_path), pipeline=STEPS
    )


def runner(tmp_path, broken=None, **options):
    """A run on such datasets, of which one has a broken image; ``options`` replace some."""
    train, val, test = (photos(tmp_path, name, name == broken) for name in PARTS)
    train = dict(type="mmpartial.PartialLabelDataset", setting="FAL", dataset=train)
    val = dict(type="RepeatDataset", times=2, dataset=val)
    sets = dict(train=train, val=val, test=test)
    sets = {name: options.pop(name, dataset) for name, dataset in sets.items()}
    return tiny_runner(
        tmp_path, "assume_negative/assume_negative_resnet18_digits-pal06.py",
        train_cfg__max_epochs=1, train_cfg__val_interval=1, **options,
        **{f"{name}_dataloader__dataset": dict(data, _delete_=True) for name, data in sets.items()},
    )  # fmt: skip


@pytest.mark.parametrize("part", PARTS)
def test_stock_datasets_name_the_image_and_replace_none(tmp_path, part):
    run = runner(tmp_path, broken=part, val_dataloader__num_workers=int(part == "val"))
    with pytest.raises(UnreadableImage, match=f"{part}2.png' cannot be read: it is empty"):
        run.test() if part == "test" else run.train()


@pytest.mark.parametrize("part", ["val", "test"])
def test_an_evaluation_never_skips(tmp_path, part):
    skips = dict(type="mmpartial.PartialLabelDataset", setting="FAL", unreadable="skip",
                 dataset=photos(tmp_path, "other", False))  # fmt: skip
    run = runner(tmp_path, **{part: skips})
    with pytest.raises(GuardError, match=f"{part}_dataloader.dataset.unreadable='skip' would"):
        run.test() if part == "test" else run.train()


def test_training_skips_and_ends(tmp_path):
    train = dict(type="mmpartial.PartialLabelDataset", setting="FAL", unreadable="skip",
                 dataset=photos(tmp_path, "other", True))  # fmt: skip
    run = runner(tmp_path, train=train)
    run.train()
    assert run.iter > 0 and len(run.train_dataloader.dataset.skipped) == 1

"""Configs, folders and tables of images that cannot be read."""

from pathlib import Path

import pandas as pd
import pytest
from mmengine.config import Config
from PIL import Image

from mmpartial.apis import check_images
from tests.commands import run_here

TOOL = str(Path(__file__).parents[2] / "tools" / "check_images.py")


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def photos(tmp_path):
    """A folder with a damaged image, and a table that also names one that is not there."""
    folder = tmp_path / "photos"
    (folder / "more").mkdir(parents=True)
    for name in ("a.png", "more/b.png", "ä.png"):
        Image.new("RGB", (8, 8)).save(folder / name)
    (folder / "empty.jpg").write_bytes(b"")
    names = ["a.png", "more/b.png", "a\u0308.png", "empty.jpg", "gone.png"]
    rows = "".join(f"{name},1,0\n" for name in names)
    (tmp_path / "labels.csv").write_text(f"image,cat,dog\n{rows}", encoding="utf-8")
    return folder


def test_a_folder(photos):
    assert check_images([str(photos)]) == (4, {str(photos / "empty.jpg"): "it is empty"})


def test_a_table_with_another_unicode_form(photos, tmp_path):
    number, faults = check_images([str(tmp_path / "labels.csv")], str(photos))
    assert number == 5
    assert faults == {
        str(photos / "empty.jpg"): "it is empty", str(photos / "gone.png"): "it is missing"
    }  # fmt: skip


def test_a_table_with_other_columns_and_ids(photos, tmp_path):
    """One source may stand without a list, and a missing image hides no other."""
    for i in range(150):
        Image.new("RGB", (2, 2)).save(photos / f"{i:03}.JPG")
    rows = "".join(f"{i:03},north\n" for i in range(150)) + "gone,south\n"
    (tmp_path / "ids.csv").write_text(f"id,site\n{rows}")
    number, faults = check_images(tmp_path / "ids.csv", photos)
    assert (number, faults) == (151, {str(photos / "gone"): "it is missing"})


def config(photos, tmp_path, **loader):
    images = dict(
        type="mmpartial.AnnotatedImages", format="wide_csv", ann_file=str(tmp_path / "labels.csv"),
        data_prefix=str(photos),
        pipeline=[dict(type="LoadImageFromFile"), dict(type="PackInputs")],
    )  # fmt: skip
    features = dict(type="mmpartial.CachedFeatures", features="nowhere", dataset=images)
    train = dict(
        type="mmpartial.PartialLabelDataset", setting="FAL", dataset=features,
        pipeline=[dict(type="mmpartial.LoadImage", **loader)],
    )  # fmt: skip
    return Config(dict(train_dataloader=dict(dataset=train), val_dataloader=dict(dataset=images)))


def test_the_datasets_of_a_config(photos, tmp_path):
    number, faults = check_images([config(photos, tmp_path)])
    assert number == 5 and len(faults) == 2


def test_merged_datasets_of_a_config(photos, tmp_path):
    images = config(photos, tmp_path).val_dataloader.dataset
    merged = dict(type="mmpartial.MergedDataset", datasets=dict(one=images, two=images))
    number, faults = check_images([Config(dict(val_dataloader=dict(dataset=merged)))])
    assert number == 5 and len(faults) == 2


def test_its_own_transform_loads_the_images(photos, tmp_path):
    Image.new("I;16", (8, 8), 4000).save(photos / "a.png")
    assert len(check_images([config(photos, tmp_path)]).faults) == 2
    faults = check_images([config(photos, tmp_path, bits=10)]).faults
    assert faults[str(photos / "a.png")] == "it has the number 4000, too large for bits=10"


def test_the_tool(photos, tmp_path, monkeypatch, capsys):
    out = tmp_path / "bad.csv"
    given = [tmp_path / "labels.csv", "--images", photos, "--out", out]
    with pytest.raises(SystemExit, match="1"):
        run_here(monkeypatch, TOOL, *given)
    assert pd.read_csv(out).reason.tolist() == ["it is empty", "it is missing"]
    assert "5 images: 1 cannot be read, 1 are missing" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="bad.csv exists"):
        run_here(monkeypatch, TOOL, *given)
    (photos / "empty.jpg").unlink()
    run_here(monkeypatch, TOOL, photos)
    assert "3 images: 0 cannot be read, 0 are missing" in capsys.readouterr().out


def test_a_config_without_files():
    with pytest.raises(ValueError, match="no image files"):
        check_images([Config(dict(model=dict()))])


def test_the_folder_of_a_table(photos, tmp_path):
    (tmp_path / "else").mkdir()
    table = (tmp_path / "labels.csv").rename(tmp_path / "else" / "labels.csv")
    with pytest.raises(
        FileNotFoundError, match="none of the 5 images of .*labels.csv, such as .*a"
    ):
        check_images(table)
    for name in ("x.json", "photos/a.png"):
        with pytest.raises(ValueError, match=f"{name} is no table: give the folder of the images"):
            check_images(tmp_path / name)

"""Opening all images before training, with results that are kept."""

import os

import pytest
from mmengine.dataset import Compose, ConcatDataset
from PIL import Image

from mmpartial.datasets import read_results, readable
from mmpartial.datasets.read_results import results_file
from mmpartial.datasets.readable import check_readable, loader_of, unreadable_images
from mmpartial.datasets.transforms import LoadImage
from mmpartial.registry import DATASETS


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def photos(tmp_path):
    """A folder of 70 images: number 3 is empty, and number 68 is cut off."""
    folder = tmp_path / "photos"
    folder.mkdir()
    files = [folder / f"{i}.png" for i in range(70)]
    for i, file in enumerate(files):
        Image.new("RGB", (8, 8), (i, i, 9)).save(file)
    files[3].write_bytes(b"")
    files[68].write_bytes(files[68].read_bytes()[:40])
    return [str(file) for file in files]


def faults(photos):
    return {photos[3]: "it is empty", photos[68]: "it is cut off after 40 bytes"}


@pytest.fixture
def opened(monkeypatch):
    """The images that are opened."""
    paths = []

    def load(loader, info):
        paths.append(info["img_path"])
        return original(loader, info)

    original = readable.load_image
    monkeypatch.setattr(readable, "load_image", load)
    return paths


@pytest.mark.parametrize("jobs", [1, 3])
def test_files_that_cannot_be_read(photos, tmp_path, jobs):
    gone = str(tmp_path / "gone.png")
    found = unreadable_images([*photos, gone, gone], jobs=jobs)
    assert found == faults(photos) | {gone: "it is missing"}


def test_only_files_that_changed_are_opened_again(photos, opened):
    unreadable_images(photos)
    assert sorted(opened) == sorted(photos)
    opened.clear()
    assert unreadable_images(photos) == faults(photos)
    assert opened == []
    Image.new("RGB", (8, 8)).save(photos[3])
    os.utime(photos[5], ns=(1, 1))
    assert list(unreadable_images(photos)) == [photos[68]]
    assert sorted(opened) == sorted([photos[3], photos[5]])


def test_another_loader_has_its_own_results(photos, opened):
    unreadable_images(photos)
    opened.clear()
    deep = LoadImage(bits=12)
    assert unreadable_images(photos, deep) == faults(photos)
    assert len(opened) == 70


def test_an_interrupted_call_keeps_its_results(photos, opened, monkeypatch):
    class Stopped(readable.ProgressBar):
        def update(self, number):
            raise KeyboardInterrupt

    monkeypatch.setattr(readable, "ProgressBar", Stopped)
    with pytest.raises(KeyboardInterrupt):
        unreadable_images(photos, jobs=1)
    monkeypatch.undo()
    os.environ["XDG_CACHE_HOME"] = str(results_file().parents[1])
    assert unreadable_images(photos, show=False) == faults(photos)


def test_without_a_place_for_results(photos, tmp_path, monkeypatch):
    said = []
    monkeypatch.setattr(read_results, "warn", said.append)
    (tmp_path / "cache").write_text("a file, not a folder")
    assert unreadable_images(photos) == faults(photos)
    assert "checked_images.sqlite cannot be used" in said[0]


def test_a_damaged_file_of_results(photos, monkeypatch):
    said = []
    monkeypatch.setattr(read_results, "warn", said.append)
    results_file().parent.mkdir(parents=True)
    results_file().write_text("no database" * 99)
    assert unreadable_images(photos) == faults(photos)
    assert "not a database" in said[0]


def dataset(photos, tmp_path, check_images="decode", **options):
    rows = "".join(f"{os.path.basename(p)},1,0\n" for p in photos)
    (tmp_path / "labels.csv").write_text(f"image,a,b\n{rows}")
    images = dict(
        type="mmpartial.AnnotatedImages", format="wide_csv", ann_file=str(tmp_path / "labels.csv"),
        data_prefix=os.path.dirname(photos[0]), check_images=check_images,
        pipeline=[dict(type="LoadImageFromFile"), dict(type="PackInputs")],
    )  # fmt: skip
    return DATASETS.build(
        dict(type="mmpartial.PartialLabelDataset", setting="FAL", dataset=images, **options)
    )


def test_a_dataset_that_is_refused(photos, tmp_path):
    message = (
        "2 of 70 images of train_dataloader.dataset cannot be read: '.*3.png' .it is empty., "
        ".*68.png' .it is cut off after 40 bytes.. Replace them, .*unreadable='skip' goes on"
    )
    with pytest.raises(ValueError, match=message):
        check_readable(dataset(photos, tmp_path), "train_dataloader.dataset")


def test_each_dataset_has_its_own_loader(tmp_path):
    parts = []
    for name, loader in (("a", dict(bits=10)), ("b", dict(bits=12))):
        Image.new("I;16", (8, 8), 4000 if name == "b" else 900).save(tmp_path / f"{name}.png")
        parts.append(dataset([str(tmp_path / f"{name}.png")], tmp_path).dataset)
        parts[-1].pipeline = Compose([dict(type="mmpartial.LoadImage", **loader)])
    check_readable(ConcatDataset(parts), "here")


def test_datasets_that_are_not(photos, tmp_path, opened, monkeypatch):
    said = []
    monkeypatch.setattr(readable, "warn", said.append)
    check_readable(dataset(photos, tmp_path, check_images=True), "here")
    assert opened == []
    check_readable(dataset(photos, tmp_path, unreadable="skip"), "here")
    assert said[0].startswith("2 of 70 images of here cannot be read: ")
    assert said[0].endswith("They are skipped.")
    with pytest.raises(ValueError, match="check_images='yes': choose True, False or 'decode'."):
        dataset(photos, tmp_path, check_images="yes")


def test_the_loader_of_a_pipeline():
    pipeline = Compose([dict(type="mmpartial.LoadImage", bits=12), dict(type="PackInputs")])
    assert loader_of(pipeline).bits == 12 and loader_of(None) is None

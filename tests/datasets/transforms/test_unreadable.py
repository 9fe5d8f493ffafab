"""Images that cannot be read: named in training and evaluation, or skipped in training."""

import io
import os

import numpy as np
import pytest
import torch
from mmengine.dataset import Compose, RepeatDataset
from mmpretrain.datasets import MultiLabelDataset
from mmpretrain.registry import TRANSFORMS
from PIL import Image

from mmpartial.datasets import MergedDataset, PartialLabelDataset
from mmpartial.datasets.annotated_images import AnnotatedImages
from mmpartial.datasets.transforms.pipeline import NamingPipeline, run_pipeline
from mmpartial.datasets.transforms.unreadable import MissingImage, UnreadableImage
from tests.datasets.test_partial_label_dataset import write

PIPELINE = [dict(type="LoadImageFromFile"), dict(type="PackInputs")]


@pytest.fixture
def log(monkeypatch):
    lines = []
    for module in ("unreadable", "load_image"):
        monkeypatch.setattr(f"mmpartial.datasets.transforms.{module}.warn", lines.append)
    return lines


def image(path, value=0):
    Image.new("RGB", (8, 8), (value, 0, 0)).save(path)


@pytest.fixture
def folder(tmp_path):
    """Ten images, of which 3, 4 and 9 are broken, each in its own way."""
    for i in range(10):
        image(tmp_path / f"{i}.png", i)
    (tmp_path / "3.png").write_bytes(b"%PDF-1.7 " + bytes(range(1, 200)))
    os.remove(tmp_path / "4.png")
    content = (tmp_path / "9.png").read_bytes()
    (tmp_path / "9.png").write_bytes(content[:-20])
    return tmp_path


def inner(folder, **kwargs):
    items = [dict(img_path=f"{i}.png", gt_label=[i % 4]) for i in range(10)]
    options = dict(data_prefix=str(folder), pipeline=PIPELINE) | kwargs
    return MultiLabelDataset(write(folder, items), **options)


def loaded(dataset, workers=0):
    loader = torch.utils.data.DataLoader(
        dataset, 5, num_workers=workers, collate_fn=lambda batch: batch
    )
    return [sample for batch in loader for sample in batch]


@pytest.mark.parametrize("index, reason", [
    (3, "3.png' cannot be read: it is damaged, or not an image; replace it, or take it out"),
    (4, "there is no image .*4.png'; replace it, or take it out"),
    (9, r"9.png' cannot be read: it is cut off after \d+ bytes; replace it"),
])  # fmt: skip
def test_an_error_names_the_image(folder, index, reason):
    for dataset in (
        PartialLabelDataset(inner(folder), setting="FAL"),
        PartialLabelDataset(MergedDataset(dict(one=inner(folder))), setting="FAL"),
        MergedDataset(dict(one=inner(folder))),
    ):
        with pytest.raises(UnreadableImage, match=reason) as caught:
            dataset[index]
        assert "\n" not in str(caught.value)
    assert isinstance(caught.value, FileNotFoundError) == (index == 4)


def test_the_error_of_a_worker_is_the_same_sentence(folder):
    for index, kind in ((3, UnreadableImage), (4, MissingImage)):
        dataset = PartialLabelDataset(inner(folder), setting="FAL").get_subset([0, index])
        with pytest.raises(UnreadableImage) as here:
            dataset[1]
        with pytest.raises(kind) as there:
            loaded(dataset, workers=2)
        assert str(there.value) == str(here.value)


@pytest.mark.slow
def test_skipped_images(folder, log):
    """The next one takes the place, with its own label and row, in each way of loading."""
    rows = [0, 1, 2, 5, 5, 5, 6, 7, 8, 0]
    for workers in (0, 2):
        dataset = PartialLabelDataset(inner(folder), setting="FAL", unreadable="skip")
        samples = loaded(dataset, workers)
        assert [sample["data_samples"].row for sample in samples] == rows
        assert [int(sample["inputs"][2, 0, 0]) for sample in samples] == rows
        for sample in samples:
            known = sample["data_samples"].gt_score
            assert known.tolist() == dataset.labels[sample["data_samples"].row].tolist()
        assert len(dataset.skipped) == 3
    loaded(dataset)
    assert [line.split(": ")[0] for line in log] == [
        f"Skipped, {number} of 10 images so far" for number in (1, 2, 3)
    ]
    assert log[0].endswith("3.png' cannot be read: it is damaged, or not an image.")


@pytest.mark.slow
def test_skipping_inside_other_wrappers_and_parts(folder):
    dataset = PartialLabelDataset(inner(folder), setting="FAL", unreadable="skip")
    config = dict(
        type="mmpartial.PartialLabelDataset",
        dataset=inner(folder),
        setting="FAL",
        unreadable="skip",
    )
    assert RepeatDataset(config, times=2)[13]["data_samples"].row == 5
    replacement = dataset.get_subset([3, 9, 7])[1]["data_samples"]
    assert replacement.row == 1 and replacement.img_path.endswith("7.png")
    none = PartialLabelDataset(inner(folder), setting="FAL", unreadable="skip")
    with pytest.raises(UnreadableImage, match="none of the 2 images can be read: look at the log"):
        none.get_subset([3, 4])[0]


def test_many_skipped_images_take_few_lines(tmp_path, log):
    image(tmp_path / "0.png")
    items = [dict(img_path=f"{i}.png", gt_label=[]) for i in range(101)]
    base = MultiLabelDataset(write(tmp_path, items), data_prefix=str(tmp_path), pipeline=PIPELINE)
    dataset = PartialLabelDataset(base, setting="FAL", unreadable="skip")
    assert dataset[1]["data_samples"].row == 0
    assert len(dataset.skipped) == 100 and len(log) == 24
    assert log[-1].startswith("Skipped, 100 of 101 images so far: there is no image")


@pytest.mark.parametrize("options, message", [
    (dict(unreadable="ignore"), "unreadable='ignore': choose 'error' or 'skip'"),
    (dict(unreadable="skip", held_out=0.5, part="held_out"), "would evaluate other images"),
])  # fmt: skip
def test_wrong_options(folder, options, message):
    with pytest.raises(ValueError, match=message):
        PartialLabelDataset(inner(folder), setting="FAL", **options)


def test_ignore_empty_replaces_nothing(tmp_path):
    """In MMEngine it means that another image, a random one, takes the place."""
    image(tmp_path / "0.png")
    image(tmp_path / "1.png")
    (tmp_path / "a.csv").write_text("image,cat\n0.png,1\n1.png,0\n")
    (tmp_path / "1.png").write_bytes(b"")
    load = dict(type="LoadImageFromFile", ignore_empty=True)
    dataset = AnnotatedImages(
        format="wide_csv", data_root=str(tmp_path), ann_file="a.csv", data_prefix="",
        pipeline=[load, PIPELINE[1]],
    )  # fmt: skip
    assert dataset[0]["data_samples"].img_path.endswith("0.png")
    for wrapped in (dataset, PartialLabelDataset(dataset, setting="FAL")):
        with pytest.raises(UnreadableImage, match="1.png' cannot be read: it is empty"):
            wrapped[1]


def test_other_transforms(folder):
    """None is an error as well; what fails for another reason is no unreadable image."""

    class Fails:
        def __call__(self, results):
            if results["sample_idx"] == 5:
                return None
            raise KeyError("key")

    dataset = PartialLabelDataset(
        inner(folder, pipeline=[Fails()]), setting="FAL", unreadable="skip"
    )
    with pytest.raises(RuntimeError, match=r"Fails fails on .*6.png: KeyError: 'key'"):
        dataset[5]  # returns None, and so the next one is asked for
    assert len(dataset.skipped) == 1


def test_a_loader_of_ones_own(folder):
    from mmcv.transforms import LoadImageFromFile

    class LoadsSlowly(LoadImageFromFile):
        def transform(self, results):
            return super().transform(results)

    pipeline = Compose([LoadsSlowly()])
    assert run_pipeline(pipeline, dict(img_path=str(folder / "0.png")))["img"].shape == (8, 8, 3)
    with pytest.raises(UnreadableImage, match="3.png' cannot be read: AssertionError"):
        run_pipeline(pipeline, dict(img_path=str(folder / "3.png")))


def test_naming_pipeline_runs_as_compose_does(folder):
    transforms = [TRANSFORMS.build(dict(step)) for step in PIPELINE]
    info = dict(img_path=str(folder / "7.png"), gt_label=[1])
    here, there = (kind(transforms)(dict(info)) for kind in (NamingPipeline, Compose))
    assert torch.equal(here["inputs"], there["inputs"])


@pytest.mark.parametrize("color_type, backend", [("grayscale", "cv2"), ("color", "pillow"),
                                                 ("unchanged", "cv2")])  # fmt: skip
def test_options_of_the_stock_loader(folder, color_type, backend):
    options = dict(color_type=color_type, imdecode_backend=backend, to_float32=True)
    ours = TRANSFORMS.build(dict(type="mmpartial.LoadImage", **options))
    stock = TRANSFORMS.build(dict(type="LoadImageFromFile", **options))
    info = dict(img_path=str(folder / "7.png"))
    found, expected = ours(dict(info)), stock(dict(info))
    np.testing.assert_array_equal(found["img"], expected["img"])
    assert found["img"].dtype == np.float32 and found["ori_shape"] == expected["ori_shape"]
    for broken in ("3.png", "9.png"):
        with pytest.raises(UnreadableImage, match=f"{broken}' cannot be read"):
            ours(dict(img_path=str(folder / broken)))


def test_files_that_the_system_does_not_give(tmp_path):
    load = TRANSFORMS.build(dict(type="mmpartial.LoadImage"))
    (tmp_path / "folder.jpg").mkdir()
    with pytest.raises(UnreadableImage, match="folder.jpg' cannot be read: Is a directory"):
        load(dict(img_path=str(tmp_path / "folder.jpg")))
    with pytest.raises(MissingImage, match=r"there is no image '.*a\\nb.jpg'"):
        load(dict(img_path=str(tmp_path / "a\nb.jpg")))


def test_bits(tmp_path, log, monkeypatch):
    monkeypatch.setattr("mmpartial.datasets.transforms.load_image._said", set())
    file = io.BytesIO()
    Image.fromarray(np.array([[1000, 512]], np.uint16)).save(file, "PNG")
    for name in ("a.png", "b.png"):
        (tmp_path / name).write_bytes(file.getvalue())
    by_image = TRANSFORMS.build(dict(type="mmpartial.LoadImage"))
    for name in ("a.png", "b.png"):
        values = by_image(dict(img_path=str(tmp_path / name)))["img"][0, :, 0]
        assert values.tolist() == [250, 128]
    assert len(log) == 1 and "a.png' has samples of up to 10 bits, and images like it" in log[0]
    given = TRANSFORMS.build(dict(type="mmpartial.LoadImage", bits=12))
    assert given(dict(img_path=str(tmp_path / "a.png")))["img"][0, :, 0].tolist() == [62, 32]
    assert len(log) == 1
    with pytest.raises(ValueError, match="bits=11: choose one of 8, 10, 12, 14, 16"):
        TRANSFORMS.build(dict(type="mmpartial.LoadImage", bits=11))

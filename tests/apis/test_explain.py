"""Class maps of image files, in Python and by the tool."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from mmpartial.apis import explain, load_model, predict, write_explanations
from tests.checkpoints import CLASSES, PIPELINE, save_frozen, save_whole, write_photos
from tests.commands import run_here

TOOL = str(Path(__file__).parents[2] / "tools" / "explain.py")


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    return save_frozen(tmp_path_factory.mktemp("model") / "model.pth")


@pytest.fixture
def photos(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return write_photos(tmp_path / "photos", 4)


def test_maps_and_probabilities_of_the_named_classes(checkpoint, photos):
    model = load_model(checkpoint)
    found = list(explain(model, "photos", ["bird", "cat"], batch_size=3, workers=0))
    table = predict(checkpoint, "photos")
    assert [one.image for one in found] == table["image"].tolist()
    for one, (_, row) in zip(found, table.iterrows(), strict=True):
        assert one.classes == ["bird", "cat"]
        expected = [row["bird_probability"], row["cat_probability"]]
        np.testing.assert_allclose(one.probabilities, expected, rtol=1e-5)
        logits = torch.from_numpy(one.maps.mean((1, 2)))[[1, 0]]
        every = torch.zeros(1, 3)
        every[0, [0, 2]] = logits
        again = model.head.decision.probabilities(every)[0, [2, 0]]
        np.testing.assert_allclose(again, one.probabilities, rtol=1e-4)


def test_the_pixels_are_those_of_the_photo(checkpoint, photos):
    (one,) = explain(checkpoint, photos[0], workers=0)
    photo = np.asarray(Image.open(photos[0])).mean((0, 1))
    np.testing.assert_allclose(one.pixels.mean((0, 1)), photo, atol=2)
    assert [picture.shape for picture in one.pictures()] == [(32, 32, 3)] * len(one.classes)


def test_without_names_the_positive_classes_are_explained(checkpoint, photos):
    table = predict(checkpoint, photos)
    for one, (_, row) in zip(explain(checkpoint, photos, workers=0), table.iterrows(), strict=True):
        positive = {name for name in CLASSES if row[name]}
        assert set(one.classes) == positive or (not positive and len(one.classes) == 1)
        assert one.probabilities.tolist() == sorted(one.probabilities, reverse=True)


def test_photos_of_different_sizes(tmp_path, photos):
    pipeline = [PIPELINE[0], PIPELINE[2]]
    changes = {"test_dataloader.dataset.pipeline": pipeline}
    checkpoint = save_whole(tmp_path / "whole.pth", **changes)
    Image.new("RGB", (64, 48)).save("photos/wide.png")
    found = list(explain(checkpoint, "photos", ["dog"], workers=0))
    assert [one.pixels.shape[:2] for one in found] == [(40, 48)] * 4 + [(48, 64)]


def test_the_tool_writes_a_picture_for_each_photo(checkpoint, photos, monkeypatch, capsys):
    Path("photos/cut.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    arguments = (checkpoint, "photos", "--classes", "dog", "--workers", 0, "--out", "out")
    run_here(monkeypatch, TOOL, *arguments)
    assert capsys.readouterr().out == "wrote 4 pictures into out\n"
    assert sorted(file.name for file in Path("out").iterdir()) == [f"{i}.png.png" for i in range(4)]
    with pytest.raises(SystemExit, match="out/0.png.png exists"):
        run_here(monkeypatch, TOOL, *arguments)
    run_here(monkeypatch, TOOL, *arguments, "--force")


def test_an_unknown_class(checkpoint, photos, monkeypatch):
    with pytest.raises(SystemExit, match="there is no class 'dogs' .* the nearest is 'dog'"):
        run_here(monkeypatch, TOOL, checkpoint, "photos", "--classes", "dogs", "--out", "out")
    assert not Path("out").exists()


def test_no_image_can_be_read(checkpoint, photos):
    Path("cut.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    with pytest.raises(ValueError, match="no image can be read; the first error: .*'cut.png'"):
        write_explanations(checkpoint, "cut.png", "out", workers=0)

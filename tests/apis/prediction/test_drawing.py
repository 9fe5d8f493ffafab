"""Pictures of predictions."""

from pathlib import Path

import numpy as np
import pytest

from mmpartial.apis.prediction.drawing import draw, drawn_files


def texts(figure):
    return [text.get_text() for text in figure.findobj(lambda a: hasattr(a, "get_text"))]


def test_classes_probabilities_and_thresholds_are_in_the_picture():
    probabilities = np.array([0.9, 0.2, 0.7, *[0.01] * 20], dtype=np.float32)
    thresholds = np.array([0.95, 0.1, 0.5, *[0.5] * 20])
    classes = ["cat", "dog", "bird", *(f"other {i}" for i in range(20))]
    pixels = np.zeros((30, 90, 3), np.uint8)
    figure = draw(pixels, classes, probabilities, probabilities >= thresholds, thresholds, "1.jpg")
    photo, bars = figure.axes
    names = [label.get_text() for label in bars.get_yticklabels()]
    assert names[:4] == ["bird", "dog", "cat", "other 0"]  # the positive classes first
    assert len(names) == 12
    weights = [label.get_fontweight() for label in bars.get_yticklabels()[:3]]
    assert weights == ["bold", "bold", "normal"]
    assert [bar.get_width() for bar in bars.patches[:3]] == pytest.approx([0.7, 0.2, 0.9])
    lines = bars.collections[0].get_segments()
    assert [line[0, 0] for line in lines[:3]] == pytest.approx([0.5, 0.1, 0.95])
    assert photo.get_title(loc="left") == "1.jpg" and {"0.70", "0.20", "0.90"} <= {*texts(figure)}
    colours = [bar.get_facecolor() for bar in bars.patches[:3]]
    assert colours[0] == colours[1] != colours[2]


def test_all_positive_classes_are_drawn_and_colours_are_right():
    pixels = np.zeros((9, 9, 3), np.uint8)
    pixels[..., 2] = 200  # red
    many = np.full(20, 0.8, dtype=np.float32)
    figure = draw(pixels, [*map(str, range(20))], many, many > 0.5, np.full(20, 0.5))
    assert len(figure.axes[1].patches) == 20
    assert figure.axes[0].images[0].get_array()[0, 0].tolist() == [200, 0, 0]


def test_files_are_in_folders_like_the_images(tmp_path):
    images = ["/photos/a/1.jpg", "/photos/b/1.jpg", "/photos/b/1.png", np.zeros((1, 1, 3))]
    files = drawn_files(images, tmp_path)
    names = ["a/1.jpg.png", "b/1.jpg.png", "b/1.png.png", "3.png"]
    assert files == [tmp_path / name for name in names]
    assert drawn_files(["/photos/1.jpg"], "out") == [Path("out/1.jpg.png")]
    files[3].touch()
    with pytest.raises(FileExistsError, match=r"3\.png exists"):
        drawn_files(images, tmp_path)
    assert drawn_files(images, tmp_path, force=True) == files

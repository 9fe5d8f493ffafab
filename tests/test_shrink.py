"""tools/benchmarks/shrink.py: small images under the names of the large ones."""

import subprocess
import sys
from pathlib import Path

import mmcv
import numpy as np
from PIL import Image

TOOL = Path(__file__).parents[1] / "tools" / "benchmarks" / "shrink.py"


def shrink(folder, *arguments):
    command = [sys.executable, str(TOOL), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def test_means_of_pixels_and_files_as_they_are(tmp_path):
    """Each new pixel is the mean of its part, without the losses of JPEG."""
    large = np.random.RandomState(0).randint(0, 256, (6, 4, 3), dtype=np.uint8)
    (tmp_path / "data" / "images").mkdir(parents=True)
    Image.fromarray(large).save(tmp_path / "data" / "images" / "a.jpg", format="PNG")
    Image.fromarray(large[..., 0]).save(tmp_path / "data" / "grey.png")
    (tmp_path / "data" / "labels.json").write_text("{}")
    assert shrink(tmp_path, "data", "small", "2").stdout == "wrote small: 3 files\n"
    expected = large.reshape(2, 3, 2, 2, 3).mean(axis=(1, 3))
    loaded = mmcv.imread(tmp_path / "small" / "images" / "a.jpg", channel_order="rgb")
    assert loaded.shape == (2, 2, 3) and np.abs(loaded - expected).max() <= 1
    grey = mmcv.imread(tmp_path / "small" / "grey.png")
    assert np.abs(grey - expected[..., :1]).max() <= 1
    assert (tmp_path / "small" / "labels.json").read_text() == "{}"


def test_what_is_refused(tmp_path):
    (tmp_path / "data").mkdir()
    assert "missing is not a folder." in shrink(tmp_path, "missing", "small", "2").stderr
    assert "data exists: choose another folder" in shrink(tmp_path, "data", "data", "2").stderr

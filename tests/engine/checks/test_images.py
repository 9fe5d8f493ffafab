"""Images that are opened before the first step."""

import pytest
from PIL import Image

from mmpartial.engine.checks.images import check_images
from mmpartial.engine.checks.run import Evaluation, Run
from mmpartial.registry import DATASETS


def photos(tmp_path, check_images="decode"):
    Image.new("RGB", (8, 8)).save(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes(b"")
    (tmp_path / "labels.csv").write_text("image,cat\na.png,1\nb.png,0\n")
    return DATASETS.build(
        dict(
            type="mmpartial.AnnotatedImages", format="wide_csv", data_root=str(tmp_path),
            ann_file="labels.csv", check_images=check_images, pipeline=[],
        )
    )  # fmt: skip


def test_training_and_evaluation(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    broken, unchecked = photos(tmp_path), photos(tmp_path, check_images=True)
    message = "1 of 2 images of train_dataloader.dataset cannot be read: .*b.png' .it is empty"
    with pytest.raises(ValueError, match=message):
        check_images(Run(None, None, [], train=broken))
    validation = Evaluation(broken, [], "val_dataloader.dataset")
    with pytest.raises(ValueError, match="1 of 2 images of val_dataloader.dataset"):
        check_images(Run(None, None, [], train=unchecked, evaluation=validation))
    check_images(Run(None, None, [], train=unchecked))

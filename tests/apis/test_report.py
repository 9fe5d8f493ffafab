import json
import shutil
from typing import ClassVar

import cv2
import numpy as np
import pytest
from mmengine.registry import VISBACKENDS
from mmengine.visualization import BaseVisBackend

from mmpartial.apis import report_run
from tests.runs import tiny_runner


@VISBACKENDS.register_module()
class Seen(BaseVisBackend):
    """A backend that keeps the names of what it gets."""

    names: ClassVar[set] = set()

    def _init_env(self):
        pass

    @property
    def experiment(self):
        return self

    def add_image(self, name, image, step=0, **kwargs):
        assert image.dtype == np.uint8 and image.shape[2] == 3
        self.names.add(name)

    def add_scalar(self, name, value, step=0, **kwargs):
        self.names.add(name)

    def add_scalars(self, scalar_dict, step=0, file_path=None, **kwargs):
        self.names.update(scalar_dict)


@pytest.fixture(scope="module")
def work_dir(tmp_path_factory):
    """A tiny run with what its hooks report."""
    folder = tmp_path_factory.mktemp("run")
    backends = [dict(type="LocalVisBackend"), dict(type="Seen", save_dir=str(folder))]
    runner = tiny_runner(folder, visualizer__vis_backends=backends)
    runner.train()
    return folder


def test_a_run_ends_with_its_report(work_dir):
    html = (work_dir / "report.html").read_text()
    for text in ("Loss in training", "Held-out mAP", "Confusion", "ROC",
                 "all labels together: AUROC", "The surprising images",
                 "Pseudo labels of hidden labels", "red 3"):  # fmt: skip
        assert text in html, text
    photos, maps = html.count("data:image/jpeg"), html.count('<p title="')
    assert photos == maps and 72 <= photos <= 108  # a photo with one or two class maps each
    assert "There are no class maps" not in html and ">last weights<" in html
    for name in ("curves", "classes"):
        assert cv2.imread(str(work_dir / f"{name}.png")).std() > 0
        assert list(work_dir.glob(f"*/vis_data/vis_image/{name}_*.png")), name


def test_each_backend_gets_the_numbers_and_the_pictures(work_dir):
    wanted = {"curves", "classes", "loss", "alpha", "multi-label/mAP", "hidden_positives"}
    assert wanted <= Seen.names


def test_pseudo_labels_of_hidden_labels_are_logged(work_dir):
    (file,) = work_dir.glob("*/vis_data/scalars.json")
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    hidden = [line for line in lines if "hidden_positives" in line]
    assert [line["step"] for line in hidden] == [1, 2]
    assert all(0 < line["hidden_negatives"] < 1 for line in hidden)


def test_report_of_a_folder_that_was_moved(work_dir, tmp_path):
    moved = shutil.copytree(work_dir, tmp_path / "moved")
    (moved / "last_checkpoint").write_text("/somewhere/else/epoch_2.pth")
    with pytest.raises(
        FileExistsError, match=r"report\.html exists: give another name, or --force"
    ):
        report_run(moved)
    before = (moved / "report.html").read_text()
    assert report_run(moved, force=True) == moved / "report.html"
    after = (moved / "report.html").read_text()
    start = after.index("The surprising images")  # the same predictions as at the end of the run
    assert before[before.index("The surprising images") :] == after[start:]


def test_curves_of_named_classes(work_dir, tmp_path):
    html = report_run(work_dir, tmp_path / "page.html", curves=["red 3"]).read_text()
    assert html.count(": AUROC") == 2 and "red 3: AUROC" in html
    with pytest.raises(ValueError, match="there is no class 'red 33' .*nearest is 'red 3'"):
        report_run(work_dir, tmp_path / "other.html", curves=["red 33"])


def test_report_of_a_run_that_was_killed_early(work_dir, tmp_path):
    """Without checkpoint and evaluation."""
    (file,) = work_dir.glob("*/vis_data/scalars.json")
    target = tmp_path / "20260101_000000" / "vis_data" / "scalars.json"
    target.parent.mkdir(parents=True)
    shutil.copy(file, target)
    html = report_run(tmp_path, tmp_path / "page.html").read_text()
    assert "Loss in training" in html and "Confusion" not in html
    shutil.copytree(work_dir / "per_class", tmp_path / "per_class")
    html = report_run(tmp_path, tmp_path / "other.html").read_text()
    assert ">Classes<" in html and "The surprising images" not in html


def test_a_run_without_backends_has_no_report(tmp_path):
    tiny_runner(tmp_path, train_cfg__max_epochs=1).train()
    assert not list(tmp_path.glob("report.html")) and not list(tmp_path.glob("*.png"))

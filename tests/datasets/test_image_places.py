"""Images outside data_root are read only where the dataset says so."""

import os

import pytest
from PIL import Image

from mmpartial.datasets import AnnotatedImages


@pytest.fixture
def build(tmp_path):
    for folder in ("mine/photos", "elsewhere"):
        (tmp_path / folder).mkdir(parents=True)
        Image.new("RGB", (2, 2)).save(tmp_path / folder / "1.jpg")

    def build(name, **options):
        (tmp_path / "mine" / "x.csv").write_text(f"image,cat\n{name},1\n")
        options = dict(data_root=str(tmp_path / "mine"), data_prefix="photos") | options
        return AnnotatedImages("wide_csv", "x.csv", **options)

    return build


@pytest.mark.parametrize("check_images", [True, False])
def test_paths_that_lead_outside(build, tmp_path, check_images):
    for name in (str(tmp_path / "elsewhere/1.jpg"), "../../elsewhere/1.jpg"):
        with pytest.raises(ValueError, match="1 of 1 images are outside .*outside_data_root=True"):
            build(name, check_images=check_images)
        found = build(name, check_images=check_images, outside_data_root=True)
        assert os.path.samefile(found[0]["img_path"], tmp_path / "elsewhere/1.jpg")


def test_absolute_and_relative_paths_inside(build, tmp_path):
    for name in (str(tmp_path / "mine/photos/1.jpg"), "../photos/1.jpg"):
        assert os.path.samefile(build(name)[0]["img_path"], tmp_path / "mine/photos/1.jpg")


def test_folders_that_the_config_names_are_inside(build, tmp_path):
    elsewhere = str(tmp_path / "elsewhere")
    assert build("1.jpg", data_prefix=elsewhere)[0]["img_path"] == f"{elsewhere}/1.jpg"


@pytest.mark.parametrize("link, name", [("photos/2.jpg", "2.jpg"), ("photos/sub", "sub/1.jpg")])
def test_links_that_lead_outside_are_said(build, tmp_path, monkeypatch, link, name):
    said = []
    monkeypatch.setattr("mmpartial.datasets.image_places.warn", said.append)
    (tmp_path / "mine/photos/3.jpg").symlink_to("1.jpg")
    build("3.jpg")
    assert not said
    (tmp_path / "mine" / link).symlink_to(
        tmp_path / "elsewhere" / ("1.jpg" if name == "2.jpg" else "")
    )
    build(name)
    (line,) = said
    assert f"{tmp_path}/mine/{link} is a link that leads outside" in line
    build(name, outside_data_root=True)
    assert len(said) == 1


def test_pipes_and_broken_links_are_no_images(build, tmp_path):
    os.mkfifo(tmp_path / "mine/photos/2.jpg")
    (tmp_path / "mine/photos/3.jpg").symlink_to("nowhere.jpg")
    for name in ("2.jpg", "3.jpg"):
        with pytest.raises(FileNotFoundError, match="1 of 1 images are not below"):
            build(name)


def test_folders_of_images_without_labels_are_inside(build, tmp_path):
    found = build("1.jpg", unlabelled=str(tmp_path / "elsewhere"))
    assert os.path.samefile(found[1]["img_path"], tmp_path / "elsewhere/1.jpg")


def test_without_data_root_images_may_be_anywhere(build, tmp_path, monkeypatch):
    build("1.jpg")
    monkeypatch.chdir(tmp_path / "mine")
    name = str(tmp_path / "elsewhere/1.jpg")
    (tmp_path / "mine/x.csv").write_text(f"image,cat\n{name},1\n")
    assert AnnotatedImages("wide_csv", "x.csv")[0]["img_path"] == name

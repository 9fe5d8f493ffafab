"""Predicting images from Python."""

import cv2
import numpy as np
import pytest
import torch
from mmengine.dataset import default_collate
from mmpretrain.registry import TRANSFORMS
from mmpretrain.structures import DataSample
from PIL import Image

import mmpartial
from mmpartial.apis import MultiLabelInferencer, inference_model, load_model
from mmpartial.datasets.transforms.pipeline import run_transforms
from mmpartial.datasets.transforms.unreadable import UnreadableImage
from tests.checkpoints import CLASSES, save_whole, write_photos


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("model")
    save_whole(folder / "model.pth")
    return folder


@pytest.fixture(scope="module")
def photos(folder):
    return write_photos(folder / "photos")


@pytest.fixture(scope="module")
def inferencer(folder):
    return MultiLabelInferencer(folder / "model.pth")


def scores(results):
    return np.stack([result["pred_scores"] for result in results])


def test_it_is_registered_and_an_attribute_of_the_package():
    assert mmpartial.MultiLabelInferencer is MultiLabelInferencer
    assert mmpartial.registry.INFERENCERS.get("mmpartial.MultiLabelInferencer")


def test_predictions_are_those_of_the_test_pipeline(folder, photos, inferencer):
    model = load_model(folder / "model.pth")
    pipeline = model._config.test_dataloader.dataset.pipeline
    transforms = [TRANSFORMS.build(transform) for transform in pipeline]
    samples = [run_transforms(transforms, dict(img_path=path)) for path in photos]
    expected = model.test_step(default_collate(samples))
    results = inferencer(photos)
    for sample, result, path in zip(expected, results, photos, strict=True):
        assert result["image"] == path
        np.testing.assert_allclose(result["pred_scores"], sample.pred_score, rtol=1e-6)
        assert result["pred_label"].tolist() == sample.pred_label.tolist()
        assert result["labels"] == [CLASSES[cls] for cls in sample.pred_label]
        assert [*result["scores"]] == [*CLASSES]
        assert [*result["scores"].values()] == pytest.approx(sample.pred_score.tolist())
    assert 0 < sum(len(result["labels"]) for result in results) < 3 * len(photos)


@pytest.mark.parametrize("batch_size, workers", [(1, 0), (3, 2), (32, 2)])
def test_batches_and_workers_change_nothing(inferencer, photos, batch_size, workers):
    results = inferencer(photos, batch_size=batch_size, workers=workers)
    np.testing.assert_allclose(scores(results), scores(inferencer(photos)), rtol=1e-4, atol=1e-6)


def test_an_array_is_blue_green_red(inferencer, photos):
    arrays = [cv2.imread(path) for path in photos]
    results = inferencer([arrays[0], photos[1], *arrays[2:]])
    np.testing.assert_allclose(scores(results), scores(inferencer(photos)), rtol=1e-5)
    assert [result["image"] for result in results[:3]] == [0, photos[1], 2]
    turned = scores(inferencer([array[..., ::-1].copy() for array in arrays]))
    assert np.abs(turned - scores(results)).max() > 0.01


def test_one_image_a_folder_and_samples(folder, photos, inferencer):
    assert len(inferencer(photos[0])) == len(inferencer(cv2.imread(photos[0]))) == 1
    (folder / "photos" / "notes.txt").write_text("no image")
    assert [result["image"] for result in inferencer(folder / "photos")] == photos
    (sample,) = inferencer(photos[0], return_datasamples=True)
    assert isinstance(sample, DataSample) and sample.img_path == photos[0]
    assert inferencer([]) == []
    result = inference_model(folder / "model.pth", photos[2], device="cpu")
    assert result["scores"] == inferencer(photos[2])[0]["scores"]


def test_images_turn_as_their_exif_says(inferencer, tmp_path):
    pixels = np.zeros((40, 48, 3), dtype=np.uint8)
    pixels[:10, :20] = 255
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(pixels).save(tmp_path / "turned.png", exif=exif)
    Image.fromarray(np.rot90(pixels, -1)).save(tmp_path / "upright.png")
    turned, upright = scores(inferencer([tmp_path / "turned.png", tmp_path / "upright.png"]))
    np.testing.assert_allclose(turned, upright, rtol=1e-5)


def test_images_of_different_sizes_are_not_padded(tmp_path, photos):
    pipeline = [dict(type="LoadImageFromFile"), dict(type="PackInputs")]
    file = save_whole(tmp_path / "model.pth", **{"test_dataloader.dataset.pipeline": pipeline})
    inferencer = MultiLabelInferencer(file)
    arrays = [cv2.imread(photos[0]), cv2.imread(photos[1])[:33]]
    together = scores(inferencer(arrays))
    alone = scores([inferencer(array)[0] for array in arrays])
    np.testing.assert_allclose(together, alone, rtol=1e-5)


def test_a_config_or_a_model_can_be_given(folder, photos, inferencer):
    model = load_model(folder / "model.pth")
    config = model._config
    for other in (MultiLabelInferencer(config, folder / "model.pth"), MultiLabelInferencer(model)):
        assert np.array_equal(scores(other(photos)), scores(inferencer(photos)))
    model.head.decision = None
    with pytest.raises(ValueError, match="head of the ImageClassifier has no thresholds"):
        MultiLabelInferencer(model)


def test_what_is_no_image_is_refused(inferencer, photos, tmp_path):
    (tmp_path / "bad.jpg").write_bytes(b"\xff\xd8\xff cut")
    for workers in (0, 2):
        with pytest.raises(UnreadableImage, match=r"bad\.jpg' cannot be read: it is cut off"):
            inferencer([*photos, tmp_path / "bad.jpg"], batch_size=4, workers=workers)
    with pytest.raises(FileNotFoundError, match=r"there is no image .*none\.jpg"):
        inferencer(tmp_path / "none.jpg")
    with pytest.raises(ValueError, match="image 1 is an array of float64 with the shape"):
        inferencer([photos[0], np.zeros((9, 9, 3))])
    with pytest.raises(ValueError, match=r"with the shape \(9, 9\)"):
        inferencer(np.zeros((9, 9), np.uint8))
    with pytest.raises(ValueError, match="image 0 is a Tensor: give a path, or an array"):
        inferencer(torch.zeros(3, 9, 9))


def test_a_pipeline_without_files_takes_arrays_alone(tmp_path, photos):
    pipeline = [dict(type="PackInputs")]
    file = save_whole(tmp_path / "model.pth", **{"test_dataloader.dataset.pipeline": pipeline})
    inferencer = MultiLabelInferencer(file)
    assert len(inferencer(cv2.imread(photos[0]))) == 1
    with pytest.raises(ValueError, match=r"0\.png: the model's test pipeline reads no files"):
        inferencer(photos[0])


def test_drawings_are_not_overwritten(inferencer, photos, tmp_path):
    inferencer([*photos[:2], cv2.imread(photos[2])], show_dir=tmp_path)
    names = {file.name for file in tmp_path.iterdir()}
    assert names == {"0.png.png", "1.png.png", "2.png"}
    before = (tmp_path / "0.png.png").read_bytes()
    with pytest.raises(
        FileExistsError, match=r"0\.png\.png exists: give another name, or remove it"
    ):
        inferencer(photos[:1], show_dir=tmp_path)
    assert (tmp_path / "0.png.png").read_bytes() == before

"""Exported models give what the checkpoint gives, and say what they take."""

import io
import json
import subprocess
import sys
import urllib.error
import urllib.request

import numpy as np
import pytest
import torch
from mmengine.dataset import Compose, pseudo_collate
from PIL import Image

from mmpartial.apis import export_model, load_model
from mmpartial.models.decision import AffineCalibration, IsotonicCalibration
from tests.docs.pages import block
from tests.exports import (
    BALANCE,
    CLASSES,
    NORMALIZE,
    RESIZE,
    classifier,
    head,
    needs_torch,
    pipeline,
    write_checkpoint,
)

CROP = [dict(type="ResizeEdge", scale=40), dict(type="CenterCrop", crop_size=(36, 32))]
LITE0 = dict(type="mmpartial.EfficientNetStages", model_name="tf_efficientnet_lite0", stop=3)
SWIN = dict(  # 21 x 15 tokens in windows of 7: padded, shifted and masked
    type="SwinTransformer", img_size=56, out_indices=(1,),
    arch=dict(embed_dims=8, depths=[1, 2], num_heads=[2, 2]),
)  # fmt: skip
NEAR = 0.01  # pixels of OpenCV differ by 1 of 255 from those of other versions
THRESHOLDS = torch.tensor([0.3, 0.5, 0.6])
AFFINE = AffineCalibration(torch.tensor([1.0, 9.0, 5.0]), torch.tensor([-1.0, 0.5, 1.0]))
ISOTONIC = IsotonicCalibration(
    torch.tensor([[-1.0, 0.0, 1.0]] * 3), torch.tensor([[0.1, 0.4, 0.8]] * 3)
)


def photo(width, height):
    """A smooth picture."""
    pixels = np.random.default_rng(0).integers(0, 256, (5, 6, 3), dtype=np.uint8)
    return Image.fromarray(pixels).resize((width, height), Image.Resampling.BICUBIC)


def expected(checkpoint, image):
    """Probabilities and answers of the checkpoint, by the test pipeline."""
    model = load_model(checkpoint, device="cpu")
    steps = model._config.test_dataloader.dataset.pipeline
    image.save(checkpoint.with_suffix(".png"))
    sample = Compose(steps)(dict(img_path=str(checkpoint.with_suffix(".png"))))
    inputs = model.data_preprocessor(pseudo_collate([sample]))["inputs"]
    with torch.no_grad():
        return [part.numpy() for part in model.head.decision(model(inputs))]


def check(checkpoint, file):
    """Compare an ONNX file with the pipeline on a photo."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(file))
    for size in [(90, 70), (33, 61)]:
        image = photo(*size)
        compare(session.run(None, dict(images=np.asarray(image)[None])), checkpoint, image)
    return session


def compare(found, checkpoint, image):
    """Compare probabilities and answers with those of a checkpoint."""
    probabilities, positive = expected(checkpoint, image)
    np.testing.assert_allclose(found[0], probabilities, atol=NEAR)
    sure = np.abs(probabilities - THRESHOLDS.numpy()) > NEAR
    assert sure.any() and (found[1] == positive)[sure].all()


@pytest.fixture(scope="module")
def resnet(tmp_path_factory):
    """A checkpoint with the project's loss and a calibration."""
    folder = tmp_path_factory.mktemp("resnet")
    model = classifier(head=head(32, loss="PartialImbalanceLoss"))
    return write_checkpoint(
        folder / "model.pth", model, pipeline(*CROP), AFFINE, THRESHOLDS, BALANCE
    )


@pytest.fixture(scope="module")
def onnx(resnet):
    """The checkpoint as an ONNX file."""
    export_model(resnet, resnet.with_suffix(".onnx"))
    return resnet.with_suffix(".onnx")


@needs_torch
def test_the_file_gives_what_the_checkpoint_gives(resnet, onnx):
    about = check(resnet, onnx).get_modelmeta().custom_metadata_map
    assert json.loads(about["classes"]) == CLASSES
    assert json.loads(about["thresholds"]) == [0.3, 0.5, 0.6]
    assert about["input"].endswith("red first, of any size") and "min_side" not in about


@needs_torch
def test_torch_export_and_prepared_images(tmp_path):
    steps = [dict(type="mmpartial.LoadImage", min_side=64), dict(type="RandomFlip", prob=0.0)]
    model = classifier(head=head(32, loss="PartialImbalanceLoss"))
    checkpoint = write_checkpoint(tmp_path / "model.pth", model, steps, loss_memory=BALANCE)
    about = export_model(checkpoint, tmp_path / "model.pt2", size=(40, 24))
    assert "40 x 24, prepared by LoadImage(min_side=64), RandomFlip(prob=0.0)" in about["input"]
    extra = dict.fromkeys(about, "")
    program = torch.export.load(tmp_path / "model.pt2", extra_files=extra)
    assert extra == about
    images = torch.from_numpy(np.asarray(photo(24, 40))[None].copy())
    model = load_model(checkpoint, device="cpu")
    inputs = (images.permute(0, 3, 1, 2) - torch.tensor(NORMALIZE["mean"]).view(-1, 1, 1)) / (
        torch.tensor(NORMALIZE["std"]).view(-1, 1, 1)
    )
    with torch.no_grad():
        probabilities = model.head.decision(model(inputs))[0]
    torch.testing.assert_close(program.module()(images)[0], probabilities)


@needs_torch
@pytest.mark.slow
@pytest.mark.parametrize("options", [
    dict(model=classifier(head=head(32, "QSamplingCSRAHead", num_heads=2, lam=0.1), neck=None),
         calibration=ISOTONIC),
    dict(model=classifier(head=head(40, "NormalizedHead"), backbone=LITE0)),
    dict(model=classifier(head=head(16), backbone=SWIN),
         steps=pipeline(dict(type="Resize", scale=(84, 60)))),
    dict(model=classifier(head=head(32), backbone=dict(type="mmpartial.FeatureVector"), neck=None),
         extractor=classifier(data_preprocessor=NORMALIZE),
         features=dict(mean=[0.5] * 32, std=[0.1] * 32)),
], ids=["csra", "lite0", "swin", "features"])  # fmt: skip
def test_networks(tmp_path, options):
    options = dict(steps=pipeline(RESIZE)) | options
    checkpoint = write_checkpoint(tmp_path / "model.pth", thresholds=THRESHOLDS, **options)
    export_model(checkpoint, tmp_path / "model.onnx")
    check(checkpoint, tmp_path / "model.onnx")


def post(address, content):
    """The answer of a server, and its status."""
    try:
        with urllib.request.urlopen(address, content, timeout=60) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


@needs_torch
def test_the_server_of_the_page(resnet, onnx, tmp_path):
    (tmp_path / "serve.py").write_text(block("python", "ThreadingHTTPServer"))
    server = subprocess.Popen(
        [sys.executable, "serve.py", str(onnx), "0"], cwd=tmp_path, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        address = server.stdout.readline().strip()
        image = photo(90, 70)
        image.save(content := io.BytesIO(), "PNG")
        status, answer = post(address, content.getvalue())
        assert status == 200 and list(answer) == CLASSES
        keys = ("probability", "positive")
        found = [np.array([[answer[name][key] for name in CLASSES]]) for key in keys]
        compare(found, resnet, image)
        assert post(address, b"no image")[0] == 400
    finally:
        server.kill()
        server.wait()

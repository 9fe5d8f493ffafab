"""Writes files of exported models, and compares their results with the model's."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ..models.exported_model import ExportedModel

TOLERANCE = 1e-4  # of a probability
Run = Callable[[Tensor], tuple[Tensor, Tensor]]
_SHAPES = ((1, 480, 640), (3, 61, 47), (2, 1500, 1000))


def write_onnx(program: torch.export.ExportedProgram, file: Path, about: dict[str, str]) -> Run:
    """Write an ONNX file with its metadata; return a function that runs it in ONNX Runtime."""
    import onnxruntime

    outputs = ["probabilities", "positive"]
    found = torch.onnx.export(
        program, dynamo=True, input_names=["images"], output_names=outputs, verbose=False,
        custom_translation_table={torch.ops.aten.searchsorted.Tensor: _searchsorted},
    )  # fmt: skip
    found.model.metadata_props.update(about)
    found.save(str(file), external_data=False)
    session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])

    def run(images: Tensor) -> tuple[Tensor, Tensor]:
        probabilities, positive = session.run(outputs, dict(images=images.numpy()))
        return torch.from_numpy(probabilities), torch.from_numpy(positive)

    return run


def _searchsorted(points: Any, values: Any, **options: Any) -> Any:
    """Count the points below each value, in operators of ONNX, which has no searchsorted."""
    import onnxscript

    op: Any = onnxscript.opset18
    below = op.Less(op.Unsqueeze(points, [-2]), op.Unsqueeze(values, [-1]))
    return op.ReduceSum(op.Cast(below, to=onnxscript.INT64.dtype), [-1], keepdims=0)


def write_pt2(program: torch.export.ExportedProgram, file: Path, about: dict[str, str]) -> Run:
    """Write a file of torch.export with its metadata; return a function that runs it."""
    torch.export.save(program, file, extra_files=about)
    return torch.export.load(file).module()


WRITERS = {".onnx": write_onnx, ".pt2": write_pt2}


@torch.no_grad()
def compare(
    exported: ExportedModel, run: Run, thresholds: Tensor, size: tuple[int, int] | None, out: Path
) -> None:
    """Compare the results of a file with those of the model, on batches of one and of several.

    Args:
        exported: The model.
        run: The function that runs the file.
        thresholds: ``(C,)``.
        size: Height and width of the images; None tries several sizes.
        out: The name of the file, for the message.

    Raises:
        ValueError: A probability differs by more than 1e-4, or an answer differs although the
            probability is further than 1e-4 from the threshold.
    """
    for images in _images(size):
        expected, yes = exported(images)
        found, positive = run(images)
        difference = float((found - expected).abs().max())
        near = (expected - thresholds).abs() <= TOLERANCE
        others = int((~near & (positive != yes)).sum())
        if not difference <= TOLERANCE or others:  # so that a nan is refused
            raise ValueError(
                f"{out} is not written, because its results would differ from the model's: "
                f"probabilities by up to {difference:.2g}, and {others} answers. Use another "
                f"version of torch, or the other ending of {' and '.join(WRITERS)}."
            )


def _images(size: tuple[int, int] | None) -> Iterator[Tensor]:
    """Noise, and images with uniform patches as in photos."""
    generator = np.random.default_rng(0)
    shapes = _SHAPES if size is None else ((1, *size), (3, *size))
    for number, height, width in shapes:
        for patch in (1, 16):
            coarse = (number, -(-height // patch), -(-width // patch), 3)
            pixels = generator.integers(0, 256, coarse, dtype=np.uint8)
            pixels = pixels.repeat(patch, 1).repeat(patch, 2)[:, :height, :width]
            yield torch.from_numpy(np.ascontiguousarray(pixels))

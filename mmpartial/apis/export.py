"""Exports a trained model to one file that runs without this package."""

import json
import warnings
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import torch
from mmengine.config import Config
from mmengine.utils import digit_version
from mmpretrain.models import ImageClassifier
from torch import Tensor

from ..formats.common.output_paths import check_target, replacing
from ..models.exported_model import ExportedModel
from ..models.resizing import describe, resizing_of
from .exported_file import WRITERS, compare
from .model import load_model

_TORCH = "2.7"  # the first whose export keeps batches and images of all sizes
_ONNX = ("onnx", "onnxscript", "onnxruntime")


def export_model(
    checkpoint: str | Path,
    out: str | Path,
    config: str | Path | Config | None = None,
    size: tuple[int, int] | None = None,
    force: bool = False,
) -> dict[str, str]:
    """Write a trained model to a file for ONNX Runtime or ``torch.export``.

    The file takes ``images``, ``(N, H, W, 3)`` uint8 in RGB, and gives ``probabilities`` and
    ``positive`` (yes or no), ``(N, C)`` each. It contains the resizing of the test pipeline, the
    normalization, the calibration and the thresholds. It is written only if its results equal the
    model's, within 1e-4.

    Args:
        checkpoint: A checkpoint of a run with a head of mmpartial.
        out: The file to write: ``.onnx``, or ``.pt2`` for ``torch.export``.
        config: The config, if it is not the one in the checkpoint.
        size: Height and width of images that another program prepares, and that the file does not
            resize. None: the file takes images of all sizes, and resizes them as the test pipeline
            does.
        force: Overwrite ``out``.

    Returns:
        The metadata in the file, which are ``classes`` and ``thresholds`` as JSON, ``input``, and
        ``min_side`` if large JPEG files may be decoded at a part of their size.

    Raises:
        FileExistsError: The file exists.
        FileNotFoundError: There is no such checkpoint.
        ModuleNotFoundError: A package for ONNX is missing.
        ValueError: The file has another ending, the pipeline or the network cannot be exported, or
            the file gives other results than the model.
    """
    out = Path(out)
    _check_versions(out)
    check_target(out, force)
    model = load_model(checkpoint, config, device="cpu")
    pipeline = model._config.test_dataloader.dataset.pipeline
    exported = ExportedModel(model, None if size else resizing_of(pipeline)).eval()
    example = torch.zeros((2, *(size or (61, 47)), 3), dtype=torch.uint8)
    thresholds = model.head.decision.thresholds.expand(_number_of_classes(exported, example))
    about = _about(model, thresholds, pipeline, size)
    with replacing(out) as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the exporters, about their own code
        try:
            program = _program(exported, example, size is not None)
            run = WRITERS[out.suffix](program, Path(file), about)
        except OSError:  # the file cannot be written
            raise
        except Exception as error:
            network = type(model.backbone).__name__
            reason = str(error).strip().partition("\n")[0]
            raise ValueError(
                f"{checkpoint}: this version of torch cannot export its {network} ({reason})."
            ) from error
        compare(exported, run, thresholds, size, out)
    return about


def _check_versions(out: Path) -> None:
    if out.suffix not in WRITERS:
        raise ValueError(f"{out}: give a name that ends in {' or '.join(WRITERS)}.")
    if digit_version(torch.__version__) < digit_version(_TORCH):
        raise ValueError(
            f"export needs torch>={_TORCH}, and {torch.__version__} is installed: run pip install "
            "-U torch torchvision."
        )
    missing = [name for name in _ONNX if out.suffix == ".onnx" and find_spec(name) is None]
    if missing:
        raise ModuleNotFoundError(
            f"ONNX needs {', '.join(missing)}: run pip install {' '.join(missing)}, or pip install "
            "-e '.[export]' in a clone."
        )


@torch.no_grad()
def _number_of_classes(exported: ExportedModel, example: Tensor) -> int:
    try:
        return exported(example)[0].shape[1]
    except (RuntimeError, AssertionError) as error:
        reason = str(error).strip().partition("\n")[0]
        shape = " x ".join(map(str, example.shape[1:3]))
        raise ValueError(
            f"the network cannot take images of {shape}: {reason}. Give another size with "
            "--no-resize."
        ) from error


def _program(
    exported: ExportedModel, example: Tensor, one_size: bool
) -> torch.export.ExportedProgram:
    """The operations of a model, for batches of any size, and images of any size or of one size."""
    names = ("batch",) if one_size else ("batch", "height", "width")
    # torch 2.7 exports Swin only for numbers with a maximum.
    shapes = {dim: torch.export.Dim(name, max=2**31 - 1) for dim, name in enumerate(names)}
    with torch.no_grad():
        return torch.export.export(exported, (example,), dynamic_shapes=(shapes,), strict=False)


def _about(
    model: ImageClassifier,
    thresholds: Tensor,
    pipeline: Sequence[dict],
    size: tuple[int, int] | None,
) -> dict[str, str]:
    """The metadata, which other programs need to use the file."""
    classes = model._dataset_meta.get("classes") or map(str, range(len(thresholds)))
    steps = ", ".join(map(describe, pipeline))
    about = dict(
        classes=json.dumps(list(classes)),
        thresholds=json.dumps([round(value, 6) for value in thresholds.tolist()]),
        input="images (N, H, W, 3) in uint8, red first, "
        + (f"{size[0]} x {size[1]}, prepared by {steps}" if size else "of any size"),
    )
    reduced = [transform["min_side"] for transform in pipeline if transform.get("min_side")]
    if reduced and size is None:
        about["min_side"] = str(reduced[0])
    return about

"""Predicts images from Python."""

import copy
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from mmengine.config import Config
from mmengine.dataset import Compose
from mmengine.registry import DefaultScope
from mmpretrain.apis.base import BaseInferencer
from mmpretrain.models import ImageClassifier
from mmpretrain.structures import DataSample
from torch import Tensor

from ..datasets.transforms.pipeline import NamingPipeline
from ..datasets.transforms.unreadable import UnreadableImage
from ..formats.common.output_paths import write_figure
from ..registry import INFERENCERS
from .model import load_model
from .prediction.drawing import draw, drawn_files
from .prediction.image_inputs import Image, ImageInputs, Input, batches, listed


@INFERENCERS.register_module()
class MultiLabelInferencer(BaseInferencer):
    """Predicts probabilities and positive classes of images, like MMPretrain's inferencers.

    Images are read and prepared as the test images were. The checkpoint has the calibration of the
    probabilities and the thresholds: a class is positive if its probability is at least its
    threshold.

    Args:
        model: A checkpoint; or a config, with the checkpoint as ``pretrained``; or a model from
            :func:`~mmpartial.apis.load_model`.
        pretrained: The checkpoint, if ``model`` is a config.
        device: The device of the model; by default a GPU if there is one.

    Raises:
        FileNotFoundError: There is no such checkpoint.
        ValueError: The model cannot be built, or does not decide about several labels.
    """

    preprocess_kwargs = {"workers", "unreadable"}
    visualize_kwargs = {"show_dir"}

    def __init__(
        self,
        model: ImageClassifier | str | Path | Config,
        pretrained: str | Path | None = None,
        device: Any = None,
    ):
        if pretrained is not None:
            model = load_model(pretrained, model, device)
        elif isinstance(model, str | Path):
            model = load_model(model, device=device)
        decision = getattr(getattr(model, "head", None), "decision", None)
        if decision is None:
            raise ValueError(
                f"the head of the {type(model).__name__} has no thresholds: give a checkpoint, or "
                "a model from mmpartial.apis.load_model."
            )
        super().__init__(model, device=device)
        self.thresholds = decision.thresholds.cpu()
        classes = model._dataset_meta.get("classes")
        if not classes:
            raise ValueError("the checkpoint does not name its classes: train the model again.")
        self.classes = [str(name) for name in classes]

    def __call__(
        self,
        inputs: Input | Sequence[Input],
        return_datasamples: bool = False,
        batch_size: int = 32,
        workers: int = 0,
        show_dir: str | Path | None = None,
    ) -> list[Any]:
        """Predict images.

        Args:
            inputs: An image or several: paths, or arrays ``(H, W, 3)`` uint8 in BGR, as
                ``cv2.imread`` and ``mmcv.imread`` return them. A folder stands for all images in
                it.
            return_datasamples: Return MMPretrain's ``DataSample`` of each image.
            batch_size: Images in a batch.
            workers: Processes that read images.
            show_dir: Draw each image with its classes into this folder.

        Returns:
            A dict for each image: ``image``, the path, or the number of an array; ``scores``, the
            probability of each class by its name; ``labels``, the names of the positive classes;
            ``pred_scores``, ``(C,)`` probabilities; ``pred_label``, the positive classes as
            numbers.

        Raises:
            UnreadableImage: An image cannot be read.
            FileExistsError: A drawing exists in ``show_dir``.
            ValueError: An input is neither a path nor an array.
        """
        inputs = self._inputs_to_list(inputs)
        if show_dir is not None:
            drawn_files(inputs, show_dir)
        options = dict(workers=workers, show_dir=show_dir)
        return super().__call__(inputs, return_datasamples, batch_size, **options)

    def preprocess(
        self,
        inputs: Sequence[Image],
        batch_size: int = 32,
        workers: int | None = 0,
        unreadable: list[UnreadableImage] | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Yield batches of prepared images.

        Args:
            inputs: Paths and arrays.
            batch_size: Images in a batch.
            workers: Processes that read images; None for one for each core.
            unreadable: A list to which errors of images that cannot be read are added; if None, the
                first is raised.
        """
        images = ImageInputs(inputs, self.pipeline.transforms)
        for batch, errors in batches(images, batch_size, workers):
            if errors and unreadable is None:
                raise errors[0]
            if unreadable is not None:
                unreadable += errors
            if batch is not None:
                yield batch

    @torch.no_grad()
    def forward(self, inputs: dict[str, Any]) -> list[DataSample]:
        """Predict a batch; images of different sizes go one by one, to avoid padding."""
        if isinstance(inputs["inputs"], Tensor):
            return self.model.test_step(inputs)
        one_by_one = zip(inputs["inputs"], inputs["data_samples"], strict=True)
        return [
            self.model.test_step(dict(inputs=image[None], data_samples=[sample]))[0]
            for image, sample in one_by_one
        ]

    def arrays(self, samples: Sequence[DataSample]) -> tuple[np.ndarray, np.ndarray]:
        """Probabilities ``(N, C)`` float32 of predicted samples, and positive classes as bool."""
        scores = torch.stack([sample.pred_score for sample in samples]).float().cpu().numpy()
        yes = np.zeros(scores.shape, dtype=bool)
        for row, sample in zip(yes, samples, strict=True):
            row[sample.pred_label.cpu().numpy()] = True
        return scores, yes

    def visualize(
        self,
        inputs: Sequence[Image],
        preds: Sequence[DataSample],
        show_dir: str | Path | None = None,
        files: Sequence[Path] | None = None,
    ) -> None:
        """Draw predicted images into a folder, or into ``files``, one for each input."""
        if show_dir is None:
            return
        files = drawn_files(inputs, show_dir) if files is None else files
        thresholds = self.thresholds.expand(len(self.classes)).numpy()
        for sample, scores, yes in zip(preds, *self.arrays(preds), strict=True):
            image = ImageInputs([inputs[sample.sample_idx]], self.pipeline.transforms)
            pixels = image.loaded(0)["img"]
            title = os.path.basename(str(_image_of(sample)))
            file = files[sample.sample_idx]
            write_figure(file, draw(pixels, self.classes, scores, yes, thresholds, title))

    def postprocess(
        self, preds: list[DataSample], visualization: None, return_datasamples: bool = False
    ) -> list[Any]:
        """Return the samples themselves, or a dict for each."""
        if return_datasamples or not preds:
            return preds
        return [
            dict(
                image=_image_of(sample),
                scores=dict(zip(self.classes, map(float, scores), strict=True)),
                labels=[self.classes[cls] for cls in np.flatnonzero(yes)],
                pred_scores=scores,
                pred_label=np.flatnonzero(yes),
            )
            for sample, scores, yes in zip(preds, *self.arrays(preds), strict=True)
        ]

    def _inputs_to_list(self, inputs: Input | Sequence[Input]) -> list[Image]:
        return listed(inputs)

    def _init_pipeline(self, cfg: Config) -> Compose:
        """The transforms of the test images."""
        with DefaultScope.overwrite_default_scope("mmpretrain"):
            return NamingPipeline(copy.deepcopy(cfg.test_dataloader.dataset.pipeline))


def _image_of(sample: DataSample) -> str | int:
    """The path of an image, or the number of an array."""
    return sample.get("img_path", sample.sample_idx)

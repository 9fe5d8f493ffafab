"""Predicting images from Python."""

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
from ..models.decision import Decision
from ..registry import INFERENCERS
from .model import load_model
from .prediction.drawing import draw, drawn_files
from .prediction.image_files import image_files
from .prediction.image_inputs import Image, ImageInputs, batches

Input = str | Path | np.ndarray


@INFERENCERS.register_module()
class MultiLabelInferencer(BaseInferencer):
    """Probabilities and positive classes of images, in the manner of MMPretrain's inferencers.

    Images are read and prepared as the test images were. Probabilities are calibrated, and a class
    is positive if its probability is at least its threshold, as the checkpoint says.

    Args:
        model: A checkpoint; or a config, with the checkpoint as ``pretrained``; or what
            :func:`~mmpartial.apis.load_model` returned.
        pretrained: The checkpoint, if ``model`` is a config.
        device: Where the model runs; a GPU if there is one, by default.

    Attributes:
        classes: The names of the classes.
        decision: Makes probabilities and yes or no of the model's logits.

    Raises:
        FileNotFoundError: There is no such checkpoint.
        ValueError: The model cannot be built, or makes no such decisions.
    """

    preprocess_kwargs = {"workers", "unreadable"}
    visualize_kwargs = {"show_dir"}

    def __init__(
        self,
        model: ImageClassifier | str | Path | Config,
        pretrained: str | Path | None = None,
        device: Any = None,
    ):
        if isinstance(model, str | Path | Config):
            model = (
                load_model(model, device=device)  # type: ignore[arg-type]
                if pretrained is None
                else load_model(pretrained, model, device)
            )
            device = None
        self.decision: Decision = getattr(getattr(model, "head", None), "decision", None)
        if self.decision is None:
            raise ValueError(
                f"the {type(model).__name__} has no decision for labels: give a checkpoint, or a "
                "model of mmpartial.apis.load_model."
            )
        super().__init__(model, device=device)
        classes = model._dataset_meta.get("classes")
        if not classes:
            raise ValueError("the checkpoint does not name its classes: train it again.")
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
            inputs: An image or several: paths, or arrays ``(H, W, 3)`` uint8 of blue, green and
                red, as ``cv2.imread`` and ``mmcv.imread`` return them. A folder stands for all
                images in it.
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
            FileExistsError: A drawing is in ``show_dir`` already.
            ValueError: An input is no image.
        """
        inputs = self._inputs_to_list(inputs)
        if show_dir is not None:
            drawn_files(inputs, show_dir)
        options = dict(workers=workers, show_dir=show_dir)
        samples = super().__call__(inputs, True, batch_size, **options)
        return samples if return_datasamples else self._results(inputs, samples)

    def preprocess(
        self,
        inputs: Sequence[Image],
        batch_size: int = 32,
        workers: int = 0,
        unreadable: list[UnreadableImage] | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Batches of prepared images.

        Args:
            inputs: Paths and arrays.
            batch_size: Images in a batch.
            workers: Processes that read images.
            unreadable: Takes the errors of images that cannot be read; without it they are raised.
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
        """Predict a batch. Images of different sizes go one by one, as padding would change them."""
        if isinstance(inputs["inputs"], Tensor):
            return self.model.test_step(inputs)
        one_by_one = zip(inputs["inputs"], inputs["data_samples"], strict=True)
        return [
            self.model.test_step(dict(inputs=image[None], data_samples=[sample]))[0]
            for image, sample in one_by_one
        ]

    def arrays(self, samples: Sequence[DataSample]) -> tuple[np.ndarray, np.ndarray]:
        """Probabilities ``(N, C)`` float32, and bool of positive classes, of predicted samples."""
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
        """Draw predicted images.

        Args:
            inputs: All images.
            preds: Predictions of some of them.
            show_dir: The folder of the drawings; None draws none.
            files: The file of each image, if they are known already.
        """
        if show_dir is None:
            return
        files = drawn_files(inputs, show_dir) if files is None else files
        images = ImageInputs(inputs, self.pipeline.transforms)
        thresholds = self.decision.thresholds.cpu().expand(len(self.classes)).numpy()
        for sample, scores, yes in zip(preds, *self.arrays(preds), strict=True):
            number = sample.sample_idx
            pixels = images.loaded(number)["img"]
            title = os.path.basename(_name(inputs[number], number))
            figure = draw(pixels, self.classes, scores, yes, thresholds, title)
            files[number].parent.mkdir(parents=True, exist_ok=True)
            figure.savefig(files[number])

    def postprocess(
        self, preds: list[DataSample], visualization: None, return_datasamples: bool = True
    ) -> list[DataSample]:
        """The predicted samples themselves."""
        return preds

    def _results(self, inputs: Sequence[Image], samples: list[DataSample]) -> list[dict]:
        if not samples:
            return []
        return [
            dict(
                image=image if isinstance(image, str) else number,
                scores=dict(zip(self.classes, map(float, scores), strict=True)),
                labels=[self.classes[cls] for cls in np.flatnonzero(yes)],
                pred_scores=scores,
                pred_label=np.flatnonzero(yes),
            )
            for number, (image, scores, yes) in enumerate(
                zip(inputs, *self.arrays(samples), strict=True)
            )
        ]

    def _inputs_to_list(self, inputs: Input | Sequence[Input]) -> list[Image]:
        """Paths and arrays; a folder is replaced by the images in it."""
        inputs = inputs if isinstance(inputs, list | tuple) else [inputs]
        images: list[Image] = []
        for number, image in enumerate(inputs):
            if isinstance(image, np.ndarray):
                images.append(image)
            elif isinstance(image, str | Path):
                images += image_files([image]).values() if os.path.isdir(image) else [str(image)]
            else:
                raise ValueError(
                    f"image {number} is a {type(image).__name__}: give a path or an array, such as "
                    "cv2.imread returns."
                )
        return images

    def _init_pipeline(self, cfg: Config) -> Compose:
        """The transforms of the test images."""
        with DefaultScope.overwrite_default_scope("mmpretrain"):
            return NamingPipeline(copy.deepcopy(cfg.test_dataloader.dataset.pipeline))


def _name(image: Image, number: int) -> str:
    return image if isinstance(image, str) else f"image {number}"


def inference_model(
    model: ImageClassifier | str | Path | Config, inputs: Input, **options: Any
) -> dict[str, Any]:
    """Predict an image, as MMPretrain's function of this name does for models of one label.

    Args:
        model: As :class:`MultiLabelInferencer` takes it; a second call is faster with a model.
        inputs: The image.
        **options: ``pretrained``, ``device`` and those of the call.
    """
    own = {key: options.pop(key) for key in ("pretrained", "device") if key in options}
    return MultiLabelInferencer(model, **own)(inputs, **options)[0]

"""Running a pipeline with errors that name the image."""

from typing import Any

from mmcv.transforms import LoadImageFromFile
from mmengine.dataset import Compose

from .load_image import load_image
from .unreadable import UnreadableImage, unreadable


class NamingPipeline(Compose):
    """A pipeline that never returns None, because MMEngine would then take another image."""

    def __call__(self, data: dict) -> Any:
        """Run all transforms."""
        return run_transforms(self.transforms, data)


def run_pipeline(pipeline: Any, info: dict) -> Any:
    """Run the pipeline of a dataset on one of its records.

    Raises:
        UnreadableImage: The image cannot be read, or a transform returned None.
        RuntimeError: A transform fails.
    """
    if type(pipeline) is Compose:
        return run_transforms(pipeline.transforms, info)
    sample = pipeline(info)
    if sample is None:
        raise unreadable(_name(info), "its pipeline returned None")
    return sample


def run_transforms(transforms: list, info: dict) -> Any:
    """:func:`run_pipeline` for a list of transforms."""
    sample: Any = info
    for transform in transforms:
        try:
            if type(transform) is LoadImageFromFile:
                sample = load_image(transform, sample)
            else:
                sample = transform(sample)
        except (UnreadableImage, MemoryError):
            raise
        except Exception as error:
            reason = f"{type(error).__name__}: {error}"
            if isinstance(transform, LoadImageFromFile):
                raise unreadable(_name(info), " ".join(reason.split())) from error
            raise RuntimeError(f"{_called(transform)} fails on {_name(info)}: {reason}") from error
        if sample is None:
            raise unreadable(_name(info), f"{_called(transform)} returned None for it")
    return sample


def _called(transform: Any) -> str:
    return getattr(transform, "__qualname__", type(transform).__name__)


def _name(info: dict) -> str:
    return str(info.get("img_path") or info.get("img_id") or info.get("sample_idx", "?"))

"""Finds the images of a config, a folder or a table that cannot be read."""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from mmcv.transforms import LoadImageFromFile
from mmengine.config import Config
from mmengine.dataset import Compose
from mmengine.registry import init_default_scope

from ..datasets.annotated_dataset import AnnotatedDataset
from ..datasets.image_files import paths_on_disk
from ..datasets.readable import loader_of, unreadable_images
from ..registry import DATASETS
from ..utils.image_endings import is_image
from ..utils.log import without_notes
from ..utils.names import visible
from ..utils.nested import branches, pipelines
from .own_data.photos import Photos
from .prediction.image_files import listed_names

_PARTS = ("train_dataloader", "val_dataloader", "test_dataloader")

Images = tuple[Sequence[str], LoadImageFromFile | None]  # paths, and the transform that loads them


class CheckedImages(NamedTuple):
    """The number of images, and the reason for each that cannot be read."""

    number: int
    faults: dict[str, str]


def check_images(
    sources: Iterable[str | Path | Config] | str | Path | Config,
    images: str | Path | None = None,
    jobs: int | None = None,
) -> CheckedImages:
    """Open all images of some sources as training does.

    Results are stored, and hold until a file changes:
    :class:`~mmpartial.datasets.read_results.ReadResults` says where.

    Args:
        sources: Configs, folders of images, or tables with a row for each image. The datasets of a
            config read any format, and their own transforms load the images.
        images: The folder of the images of a table; by default the folder of the table.
        jobs: The number of images that are opened in parallel; by default the number of cores.

    Raises:
        FileNotFoundError: There is no such file or folder.
        ValueError: There are no images, or an annotation file is wrong.
    """
    init_default_scope("mmpretrain")
    checked: set[str] = set()
    faults: dict[str, str] = {}
    for source in [sources] if isinstance(sources, str | Path | Config) else sources:
        for paths, loader in _images_of(source, images):
            faults |= unreadable_images(paths, loader, jobs)
            checked.update(paths)
    return CheckedImages(len(checked), faults)


def _images_of(given: str | Path | Config, images: str | Path | None) -> Iterator[Images]:
    if isinstance(given, Config):
        yield from _of_config(given)
        return
    source = os.fspath(given)
    if os.path.isdir(source):
        photos = Photos.below(source)
        yield [str(photos.folder / name) for name in photos.files.values()], None
    elif source.endswith(".py"):
        yield from _of_config(Config.fromfile(source))
    else:
        yield _of_table(source, images), None


def _of_table(table: str, images: str | Path | None) -> list[str]:
    """The paths of the images that a table names."""
    if table.lower().endswith((".json", ".jsonl", ".ndjson", ".xml")) or is_image(table):
        raise ValueError(
            f"{table} is no table: give the folder of the images, or a config, which reads "
            "annotations of any format."
        )
    paths = paths_on_disk(listed_names(table), os.fspath(images or os.path.dirname(table)))
    if images is None and paths and not any(map(os.path.exists, paths)):
        raise FileNotFoundError(
            f"none of the {len(paths)} images of {table}, such as {visible(paths[0])}, is there: "
            "give their folder with --images."
        )
    return paths


def _of_config(cfg: Config) -> Iterator[Images]:
    """The images of each dataset in a config; a dataset may make images without files.

    The outermost pipeline around a dataset loads its images.
    """
    datasets = [(cfg.get(part) or {}).get("dataset") for part in _PARTS]
    found = [
        _of_dataset(innermost, pipeline)
        for dataset in datasets
        if dataset
        for (*_, innermost), pipeline in zip(branches(dataset), pipelines(dataset), strict=True)
    ]
    if not any(paths for paths, _ in found):
        raise ValueError(f"the datasets of {cfg.filename} have no image files.")
    yield from found


def _of_dataset(dataset: dict, pipeline: Any) -> Images:
    """The images of a dataset, which a pipeline loads."""
    found = DATASETS.get(dataset["type"])
    unchecked = isinstance(found, type) and issubclass(found, AnnotatedDataset)
    with without_notes():
        built = DATASETS.build(dict(dataset, check_images=False) if unchecked else dataset)
        built.full_init()
    if isinstance(built, AnnotatedDataset):
        paths = paths_on_disk(built.annotations.images, built.data_list.prefix)
    else:
        infos = (built.get_data_info(idx) for idx in range(len(built)))
        paths = [info["img_path"] for info in infos if info.get("img_path")]
    return paths, loader_of(Compose(list(pipeline)) if pipeline else None)

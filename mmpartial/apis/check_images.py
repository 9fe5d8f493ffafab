"""Finds the images of a config, a folder or a table that cannot be read."""

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from mmcv.transforms import LoadImageFromFile
from mmengine.config import Config
from mmengine.dataset import Compose
from mmengine.registry import init_default_scope

from ..datasets.annotated_dataset import AnnotatedDataset
from ..datasets.image_files import find_images
from ..datasets.readable import loader_of, unreadable_images
from ..formats import read_annotations
from ..registry import DATASETS
from ..utils.log import without_notes
from ..utils.nested import branches, pipelines
from .photos import Photos

_PARTS = ("train_dataloader", "val_dataloader", "test_dataloader")
_MOST_LISTINGS = 100  # each lists the folder of an image

Images = tuple[Sequence[str], LoadImageFromFile | None]  # paths, and the transform that loads them


class CheckedImages(NamedTuple):
    """The number of images, and the reason for each that cannot be read."""

    number: int
    faults: dict[str, str]


def check_images(
    sources: Iterable[str | Config], images: str | None = None, jobs: int | None = None
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
    for source in sources:
        for paths, loader in _images_of(source, images):
            faults |= unreadable_images(paths, loader, jobs)
            checked.update(paths)
    return CheckedImages(len(checked), faults)


def _images_of(source: str | Config, images: str | None) -> Iterator[Images]:
    if isinstance(source, Config):
        yield from _of_config(source)
    elif os.path.isdir(source):
        photos = Photos.below(source)
        yield [str(photos.folder / name) for name in photos.files.values()], None
    elif source.endswith(".py"):
        yield from _of_config(Config.fromfile(source))
    else:
        names = read_annotations("wide_csv", source, allow_no_positives=True).images
        yield _on_disk(names, images or os.path.dirname(source)), None


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
        paths = _on_disk(built.annotations.images, built.data_list.prefix)
    else:
        infos = (built.get_data_info(idx) for idx in range(len(built)))
        paths = [info["img_path"] for info in infos if info.get("img_path")]
    return paths, loader_of(Compose(list(pipeline)) if pipeline else None)


def _on_disk(names: Sequence[str], prefix: str) -> list[str]:
    """The paths of images, spelt as the files are; a missing file keeps its name."""
    if "://" not in prefix:
        try:
            names = find_images(names, prefix)
        except FileNotFoundError:
            if prefix and not os.path.isdir(prefix):
                raise
            absent = [name for name in names if not os.path.exists(os.path.join(prefix, name))]
            spelt = {name: _spelt(name, prefix) for name in absent[:_MOST_LISTINGS]}
            names = [spelt.get(name, name) for name in names]
    return [os.path.join(prefix, name) for name in names]


def _spelt(name: str, prefix: str) -> str:
    try:
        return find_images([name], prefix)[0]
    except FileNotFoundError:
        return name

"""Which images of a dataset cannot be read: all are opened as in training, before it begins."""

from collections.abc import Iterable, Iterator, Sequence
from multiprocessing.pool import ThreadPool
from typing import Any

from mmcv.transforms import LoadImageFromFile
from mmengine.dist import is_main_process
from mmengine.utils import ProgressBar

from ..utils.commands import command
from ..utils.log import warn
from ..utils.machine import cores
from ..utils.messages import few
from ..utils.names import visible
from ..utils.nested import branches, walk
from .annotated_dataset import AnnotatedDataset
from .cached_features import CachedFeatures
from .read_results import ReadResults
from .transforms.load_image import load_image
from .transforms.unreadable import UnreadableImage, reason_of

_CHUNK = 64  # images between two steps of the progress bar
_SHOWN = 3  # files in a message


def unreadable_images(
    paths: Sequence[str],
    loader: LoadImageFromFile | None = None,
    jobs: int | None = None,
    show: bool = True,
) -> dict[str, str]:
    """Open images, and say which cannot be read.

    The result of a file is kept until its size or its time changes, so that a second call takes a
    moment. :class:`~.read_results.ReadResults` says where. An interrupted call keeps its results.
    Of several calls at once, one opens the files, and the others wait for its results.

    Args:
        paths: The paths of the files.
        loader: The transform that loads the images of the dataset; MMCV's by default.
        jobs: Threads; by default as many as there are cores.
        show: Show a progress bar.

    Returns:
        The reason for each file that cannot be read, in the order of ``paths``.
    """
    loader = LoadImageFromFile() if loader is None else loader
    wanted = list(dict.fromkeys(paths))
    with ReadResults(loader) as results:
        known = dict(results.of(wanted))
        rest = [path for path in wanted if path not in known]
        for found in _shown(_opened(rest, loader, jobs or cores()), len(rest), show):
            results.add(found)
            known.update(found)
    return {path: known[path] for path in wanted if known[path]}


def check_readable(dataset: Any, where: str) -> None:
    """Open the images of the datasets with ``check_images='decode'`` in a nest of datasets.

    Each process of a distributed run does so; one opens the files, and the others wait.

    Args:
        dataset: The outermost dataset.
        where: Its key in the config.

    Raises:
        ValueError: Images cannot be read, and ``unreadable='skip'`` is not set.
    """
    nest = walk(dataset)
    if any(isinstance(inner, CachedFeatures) for inner in nest):
        return  # features take the place of images
    number = 0
    faults: dict[str, str] = {}
    for way in branches(dataset):
        inner = way[-1]
        if isinstance(inner, AnnotatedDataset) and inner.check_images == "decode":
            paths = inner.data_list.paths()
            loaders = (loader_of(getattr(outer, "pipeline", None)) for outer in way)
            loader = next((loader for loader in loaders if loader is not None), None)
            faults |= unreadable_images(paths, loader, show=is_main_process())
            number += len(paths)
    if not faults:
        return
    named = few((f"{visible(path)} ({reason})" for path, reason in faults.items()), _SHOWN)
    sentence = f"{len(faults)} of {number} images of {where} cannot be read: {named}"
    if any(getattr(inner, "unreadable", None) == "skip" for inner in nest):
        warn(f"{sentence}. They are skipped.")
        return
    raise ValueError(
        f"{sentence}. Replace them, or take them out of the annotations "
        f"({command('check_images')} lists all). In training, "
        "train_dataloader.dataset.unreadable='skip' goes on without them."
    )


def loader_of(pipeline: Any) -> LoadImageFromFile | None:
    """The transform of a pipeline that loads images; None if it has none."""
    transforms = getattr(pipeline, "transforms", None) or []
    return next((t for t in transforms if isinstance(t, LoadImageFromFile)), None)


def _opened(paths: Sequence[str], loader: LoadImageFromFile, jobs: int) -> Iterator[dict[str, str]]:
    """The results of images, some at a time. Decoders run beside each other in threads."""

    def opened(start: int) -> dict[str, str]:
        return {path: _fault(path, loader) for path in paths[start : start + _CHUNK]}

    with ThreadPool(jobs) as pool:
        yield from pool.imap_unordered(opened, range(0, len(paths), _CHUNK))


def _fault(path: str, loader: LoadImageFromFile) -> str:
    """The reason why an image cannot be read, or an empty text."""
    try:
        load_image(loader, dict(img_path=path))
    except UnreadableImage as error:
        return reason_of(error)
    return ""


def _shown(steps: Iterable[dict[str, str]], number: int, show: bool) -> Iterator[dict[str, str]]:
    """The same steps with a progress bar."""
    if not show or not number:
        yield from steps
        return
    bar = ProgressBar(number)
    for step in steps:
        yield step
        bar.update(len(step))
    print()

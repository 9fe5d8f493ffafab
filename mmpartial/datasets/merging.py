"""Bringing the labels of several datasets into one list of classes."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from ..formats.common.checks import check_alike
from ..labels.annotations import Annotations
from ..labels.class_mapping import canonical_map, map_classes
from ..labels.groups import ALONE, Groups
from ..labels.parts import stack
from ..utils.log import note, warn
from ..utils.names import canonical, unknown_class

ClassMap = Mapping[str, Mapping[str, str | None]]


class Joined(Sequence):
    """The texts of all sources, each as ``source/text``, without a copy of them."""

    def __init__(self, texts: Mapping[str, Sequence[str]]):
        self.sources, self.texts = list(texts), list(texts.values())
        self.ends = list(accumulate(map(len, self.texts)))

    def __len__(self) -> int:
        return self.ends[-1]

    def __getitem__(self, idx: Any) -> Any:
        if isinstance(idx, slice):
            return [self[i] for i in range(*idx.indices(len(self)))]
        source, inner = self.locate(idx)
        return f"{self.sources[source]}/{self.texts[source][inner]}"

    def locate(self, idx: int) -> tuple[int, int]:
        """The number of the source that an index falls into, and the index there."""
        idx = int(idx) + (self.ends[-1] if idx < 0 else 0)
        if not 0 <= idx < self.ends[-1]:
            raise IndexError(f"{idx} is out of range: there are {self.ends[-1]} texts.")
        source = bisect_right(self.ends, idx)
        return source, idx - (self.ends[source - 1] if source else 0)


def merge(
    sources: Mapping[str, Annotations], classes: Sequence[str] | None, class_map: ClassMap
) -> Annotations:
    """Merge the images and the classes of several sources.

    A class that a source does not have is unknown in its images.

    Args:
        sources: The annotations of each source, by its name.
        classes: Classes and their order; all classes in order of appearance if None.
        class_map: For a source the new names of its classes, or None for those to leave out.

    Raises:
        ValueError: ``class_map`` has a source or a class that is not there, two classes differ in
            letter case or blanks only, or there is no class.
    """
    renamed = {name: canonical_map(names) for name, names in class_map.items()}
    for name in renamed:
        if name not in sources:
            raise ValueError(
                f"class_map has the source {name!r}, but datasets has {', '.join(sources)}."
            )
    called = {
        name: _called(name, of.classes, renamed.get(name, {})) for name, of in sources.items()
    }
    union = dict.fromkeys(new for names in called.values() for new in names if new is not None)
    chosen = list(union) if classes is None else [canonical(str(name)) for name in classes]
    _check_classes(chosen, renamed, listed=classes is not None)
    nowhere = [name for name in chosen if name not in union]
    if nowhere:
        warn(f"MergedDataset: no source has {', '.join(nowhere)}, which stay unknown")
    number = {name: n for n, name in enumerate(chosen)}
    labels = []
    for name, of in sources.items():
        target = np.array([-1 if new is None else number.get(new, -1) for new in called[name]])
        labels.append(map_classes(of.labels, target, len(chosen)))
        note(
            f"MergedDataset {name}: {len(of)} images with {len(set(target[target >= 0]))} of "
            f"{len(chosen)} classes; {(target < 0).sum()} of its own are left out"
        )
    images = Joined({name: of.images for name, of in sources.items()})
    names = Joined({name: of.names for name, of in sources.items()})
    return Annotations(images, chosen, stack(labels), names, _groups(sources))


def _groups(sources: Mapping[str, Annotations]) -> Groups | None:
    """The groups of all sources, each named ``source/group``; None if no source has groups."""
    if all(of.groups is None for of in sources.values()):
        return None
    codes: list[np.ndarray] = []
    names: list[str] = []
    for source, of in sources.items():
        groups = of.groups or Groups(np.full(len(of), ALONE, dtype=np.int32), ())
        codes.append(np.where(groups.codes == ALONE, ALONE, groups.codes + len(names)))
        names += [f"{source}/{name}" for name in groups.names]
    return Groups(np.concatenate(codes).astype(np.int32), names)


def _called(
    source: str, classes: Sequence[str], renamed: Mapping[str, str | None]
) -> list[str | None]:
    """The new names of a source's classes."""
    for old in renamed:
        if old not in classes:
            raise ValueError(f"class_map, source {source!r}: {unknown_class(old, classes)}")
    return [renamed.get(old, old) for old in classes]


def _check_classes(classes: Sequence[str], renamed: ClassMap, listed: bool) -> None:
    for source, names in renamed.items():
        for new in names.values():
            if new is not None and new not in classes:
                raise ValueError(f"class_map, source {source!r}: {unknown_class(new, classes)}")
    if not listed:
        check_alike("MergedDataset", classes, "list both in classes, or else use class_map")
    if not classes:
        raise ValueError("MergedDataset has no class left: class_map leaves out all of them.")

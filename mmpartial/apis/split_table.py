"""The positives and negatives of each class in each part."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from ..labels import NEGATIVE, POSITIVE
from ..labels.annotations import Annotations
from ..labels.matrix import LabelMatrix
from ..utils.messages import few

UNUSED = ("missing", "unreadable")  # parts of images without a file, or with a damaged one
_ROWS = 60  # the rarest classes, which the table shows
_SHOWN = 10  # classes that a sentence names


def split_table(found: Annotations, part: np.ndarray) -> str:
    """A table of the labels in each part, and sentences about classes that a part lacks.

    Args:
        found: The images and their labels.
        part: The part of each image.
    """
    names = dict.fromkeys(sorted(part.tolist(), key=_order))
    rows = {name: np.flatnonzero(part == name) for name in names}
    labels = {name: found.labels.take(rows[name]) for name in names}
    lines = _table(found, labels, _sizes(found, [*rows.values()]))
    for name in names:
        if name not in UNUSED:
            lines += _lacking(name, labels[name], found.classes)
    return "\n".join(lines)


def action_of(out: str, is_new: bool, added: int, moved: int) -> str:
    """A sentence about the split file."""
    if is_new:
        return f"wrote {out}"
    done = [f"added {added} images to {out}"] if added else []
    done += [f"changed the part of {moved} images in {out}"] if moved else []
    return "\n".join(done) or f"{out} already has all images, and is unchanged"


def _sizes(found: Annotations, rows: Sequence[np.ndarray]) -> dict[str, list[int]]:
    """The number of images in each part, and of groups if there are any."""
    sizes = {"images": [len(images) for images in rows]}
    if found.groups is not None:
        units = found.groups.units()
        sizes["groups"] = [len(np.unique(units[images])) for images in rows]
    return sizes


def _table(
    found: Annotations, labels: Mapping[str, LabelMatrix], sizes: Mapping[str, Sequence[int]]
) -> list[str]:
    """The sizes of each part, and the labels of the rarest classes."""
    width = max(map(len, [*found.classes, "images"]))
    counts = [(part.count(POSITIVE), part.count(NEGATIVE)) for part in labels.values()]
    lines = [
        f"{'':{width}} " + " ".join(f"{name:>15}" for name in labels),
        *(f"{what:{width}} " + " ".join(f"{n:>15}" for n in sizes[what]) for what in sizes),
        f"{'':{width}} " + " ".join(f"{'pos':>7} {'neg':>7}" for _ in labels),
    ]
    rare = np.argsort(found.labels.count(POSITIVE), kind="stable")[:_ROWS]
    for cls in sorted(rare.tolist()):
        cells = " ".join(f"{positive[cls]:7d} {negative[cls]:7d}" for positive, negative in counts)
        lines.append(f"{found.classes[cls]:{width}} {cells}")
    if len(rare) < len(found.classes):
        lines.append(f"(the {len(rare)} classes with the fewest positives of {len(found.classes)})")
    return lines


def _lacking(name: str, labels: LabelMatrix, classes: Sequence[str]) -> Iterator[str]:
    """Sentences about the classes that a part cannot train or test."""
    needed = {"positive": labels.count(POSITIVE)}
    if name != "train":
        needed["known negative"] = labels.count(NEGATIVE)
    effect = "cannot be learned" if name == "train" else "cannot be scored"
    for word, count in needed.items():
        lacking = [cls for cls, number in zip(classes, count, strict=True) if not number]
        if lacking:
            named = f"{few(lacking, _SHOWN)} ({len(lacking)} of {len(classes)} classes)"
            yield f"{name} has no {word} of {named}, which {effect} there"


def _order(name: str) -> tuple[int, str]:
    known = ["train", "val", "test"]
    return (known.index(name) if name in known else len(known), name)

"""The positives and negatives of each class in each part."""

import numpy as np

from ..labels import NEGATIVE, POSITIVE
from ..labels.annotations import Annotations

UNUSED = ("missing", "unreadable")  # parts of images without a file, or with a damaged one
_ROWS = 60  # the rarest classes, which the table shows
_SHOWN = 10  # classes that a sentence names


def split_table(found: Annotations, part: np.ndarray) -> str:
    """A table of the labels in each part, and sentences about classes that a part lacks.

    Args:
        found: The images and their labels.
        part: The part of each image.
    """
    names = list(dict.fromkeys(sorted(part.tolist(), key=_order)))
    labels = [found.labels.take(np.flatnonzero(part == name)) for name in names]
    counts = {
        (name, state): matrix.count(state)
        for name, matrix in zip(names, labels, strict=True)
        for state in (POSITIVE, NEGATIVE)
    }
    width = max(map(len, [*found.classes, "images"]))
    lines = [f"{'':{width}} " + " ".join(f"{name:>15}" for name in names)]
    lines.append(f"{'images':{width}} " + " ".join(f"{len(m):>15}" for m in labels))
    lines.append(f"{'':{width}} " + " ".join(f"{'pos':>7} {'neg':>7}" for _ in names))
    rare = np.argsort(found.labels.count(POSITIVE), kind="stable")[:_ROWS]
    for cls in sorted(rare.tolist()):
        cells = (f"{counts[n, POSITIVE][cls]:7d} {counts[n, NEGATIVE][cls]:7d}" for n in names)
        lines.append(f"{found.classes[cls]:{width}} " + " ".join(cells))
    if len(rare) < len(found.classes):
        lines.append(f"(the {len(rare)} classes with the fewest positives of {len(found.classes)})")
    for name in names:
        if name in UNUSED:
            continue
        for state, word in ((POSITIVE, "positive"), (NEGATIVE, "known negative")):
            if name == "train" and state == NEGATIVE:
                continue
            lacking = [c for c, n in zip(found.classes, counts[name, state], strict=True) if not n]
            if lacking:
                effect = "cannot be learned" if name == "train" else "cannot be scored"
                lines.append(
                    f"{name} has no {word} of {', '.join(lacking[:_SHOWN])}"
                    f"{', ...' if len(lacking) > _SHOWN else ''} ({len(lacking)} of "
                    f"{len(found.classes)} classes), which {effect} there"
                )
    return "\n".join(lines)


def _order(name: str) -> tuple[int, str]:
    known = ["train", "val", "test"]
    return (known.index(name) if name in known else len(known), name)

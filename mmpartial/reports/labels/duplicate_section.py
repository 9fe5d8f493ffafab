"""The part of the label report about images that look alike."""

import numpy as np

from ...labels import UNKNOWN
from ...utils.messages import few
from ..page import Page, Picture
from .findings import Findings

_PAIRS = 60  # pairs of images on the page
_SIDE = 150  # pixels of an image of a pair
_NAMED = 10  # unreadable images that the page names
_LABELS = 6  # of each image of a pair


def add_duplicates(page: Page, found: Findings) -> None:
    """Add the pairs of images that look alike to a page."""
    table = found.duplicates
    page.section("Images that look alike", "They may be copies, so their labels should agree.")
    contradicting, missing = (int((table[name] > 0).sum()) for name in ("contradicting", "missing"))
    page.numbers({"pairs": len(table), "with contradicting labels": contradicting,
                  "where one lacks a label": missing,
                  "images that cannot be read": len(found.unreadable)})  # fmt: skip
    if found.unreadable:
        named = (f"{found.known.names[row]} ({why})" for row, why in found.unreadable.items())
        page.text(f"Images that cannot be read: {few(named, _NAMED)}.")
    differing = table[(table.contradicting > 0) | (table.missing > 0)]
    if len(differing) > _PAIRS:
        page.text(f"These are the {_PAIRS} pairs whose labels differ most.")
    pictures = [_picture(found, *map(int, row)) for row in
                differing[["one", "other"]].head(_PAIRS).itertuples(index=False)]  # fmt: skip
    page.gallery(pictures, _SIDE)


def _picture(found: Findings, one: int, other: int) -> Picture:
    """Two images side by side with the labels in which they differ, contradictions first."""
    assert found.path_of is not None
    left, right = found.known.labels[one], found.known.labels[other]
    differing = np.flatnonzero(left != right)
    known = (left[differing] != UNKNOWN) & (right[differing] != UNKNOWN)
    differing = differing[np.lexsort((-np.maximum(left, right)[differing], ~known))]
    shown = differing[:_LABELS]
    labels = [
        (f"{side}: {found.known.classes[cls]}", int(states[cls]))
        for cls in shown.tolist()
        for side, states in (("left", left), ("right", right))
        if states[cls] != UNKNOWN
    ]
    more = f"and {len(differing) - _LABELS} more" if len(differing) > _LABELS else ""
    names = " · ".join(found.known.names[row] for row in (one, other))
    return Picture([found.path_of(one), found.path_of(other)], names, labels, more)

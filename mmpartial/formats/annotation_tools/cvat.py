"""CVAT: tags of images, as XML.

A tag has the attribute ``state`` with the value ``present`` or ``absent``, so that annotators can
say that a class is absent. :func:`write` writes labels with this attribute to a file for CVAT's
label constructor. A tag without it means present, and so does a box, polygon or other shape that is
not outside the image. The file does not say whether somebody looked at an image. The format, "CVAT
for images 1.1", is described at https://docs.cvat.ai/docs/other/xml_format.
"""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from ...labels.annotations import Annotations
from ...labels.class_lists import to_names
from ..common.named_labels import from_names
from ..common.omissions import lost_groups, lost_ids
from ..common.output_paths import replacing, write_text
from .cvat_images import deleted_images, image_paths, origin, wanted
from .cvat_states import attribute_of_state, meanings, states
from .cvat_xml import read_export
from .image_paths import check_apart

_NOT_IN_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read(
    path: str,
    *,
    unlisted: str,
    state: str | None = None,
    present: str | Sequence[str] = ("present", "true"),
    absent: str | Sequence[str] = ("absent", "false"),
    unsure: str | Sequence[str] = (),
    subset: str | Sequence[str] | None = None,
    deleted: str = "error",
    image_root: str = "",
    classes: Sequence[str] | str | None = None,
) -> Annotations:
    """Read ``annotations.xml`` of a task, job or project, exported as "CVAT for images 1.1".

    The path of an image is its name. If two subsets of a project have an image of the same name,
    all paths begin with the subset, as in the folder ``images/`` that CVAT exports.

    Args:
        path: The XML file.
        unlisted: The state of a class without a tag or shape in an image, ``'unknown'`` or
            ``'negative'``.
        state: The attribute that says whether a label is in the image; ``''`` if there is none and
            each tag means present. If None, ``state`` if the file has it.
        present: The values of this attribute that mean present, in any letter case.
        absent: The values that mean absent.
        unsure: The values that mean unknown; ``''`` is an empty value.
        subset: The subsets of a project to read, all if None.
        deleted: What to do with images at the place where CVAT writes deleted ones: ``'error'``,
            ``'leave_out'`` or ``'keep'``.
        image_root: Folder of the images; all names of images begin with it.
        classes: All classes, or a text file of them; the labels that the file lists if None.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The file is cut off or not such an XML file, a label is none of the classes, the
            attribute is missing or has another value, a class is present and absent in an image,
            there is no such subset, or an image is listed twice with different labels.
    """
    values = meanings(present, absent, unsure)
    export = read_export(path)
    state = attribute_of_state(path, export, state)
    kept = ~deleted_images(path, export.images, deleted) & wanted(path, export.images, subset)
    rows = np.flatnonzero(kept)
    paths = image_paths(path, export.images, image_root)
    images = [paths[row] for row in rows]
    check_apart(path, images, [origin(export.images[row]) for row in rows])
    marks = [mark for mark in export.marks if kept[mark.image]]
    number = (np.cumsum(kept) - 1)[np.array([mark.image for mark in marks], dtype=np.int64)]
    return from_names(
        path,
        images,
        number,
        [mark.label for mark in marks],
        np.array(states(path, export, marks, state, values), dtype=np.int8),
        unlisted=unlisted,
        classes=classes or list(export.labels) or None,
    )


def write(annotations: Annotations, path: str) -> list[str]:
    """Write tags, and beside them the labels of a task, ``NAME.labels.json``.

    Create a task with the images, and with the labels pasted into the "Raw" tab of the label
    constructor; then upload the XML as "CVAT 1.1". The names of images are those of the task.

    Args:
        annotations: What to write.
        path: The XML file.

    Returns:
        A sentence for each thing that the file cannot hold.

    Raises:
        ValueError: A name has a character that XML cannot have.
    """
    for name in (*annotations.classes, *annotations.images):
        if _NOT_IN_XML.search(name):
            raise ValueError(f"the name {name!r} has a character that XML cannot have: rename it.")
    labels = [
        dict(name=name, type="tag", attributes=[dict(
            name="state", mutable=False, input_type="radio", default_value="present",
            values=["present", "absent"],
        )])
        for name in annotations.classes
    ]  # fmt: skip
    with replacing(path) as temporary, open(temporary, "w", encoding="utf-8", newline="") as file:
        _write(file, annotations)
    write_text(Path(path).with_suffix(".labels.json"), json.dumps(labels, ensure_ascii=False))
    return [*lost_ids(annotations), *lost_groups(annotations)]


def _write(file: TextIO, annotations: Annotations) -> None:
    """Write the XML."""
    file.write(
        '<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n<version>1.1</version>\n'
        f"<meta>\n<task>\n<size>{len(annotations)}</size>\n<mode>annotation</mode>\n<labels>\n"
    )
    for name in annotations.classes:
        file.write(
            f"<label><name>{_escape(name)}</name><type>tag</type><attributes><attribute>"
            "<name>state</name><mutable>False</mutable><input_type>radio</input_type>"
            "<default_value>present</default_value><values>present\nabsent</values>"
            "</attribute></attributes></label>\n"
        )
    file.write("</labels>\n</task>\n</meta>\n")
    for number, (image, present, absent) in enumerate(to_names(annotations)):
        file.write(f'<image id="{number}" name={quoteattr(image)}>\n')
        for state, names in (("present", present), ("absent", absent)):
            for name in names:
                file.write(
                    f'  <tag label={quoteattr(name)} source="file">'
                    f'<attribute name="state">{state}</attribute></tag>\n'
                )
        file.write("</image>\n")
    file.write("</annotations>\n")


def _escape(text: str) -> str:
    """Text for an element; without escape, a carriage return would become a line feed."""
    return escape(text, {"\r": "&#13;"})

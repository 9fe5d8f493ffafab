"""CVAT: tags of images, as XML.

So that annotators can say that a class is absent, a tag has the attribute ``state``, one of
``present`` and ``absent``: :func:`write` puts labels with it into a file that CVAT's label
constructor takes. A tag without it says that the class is present, and so does a box, polygon or
other shape. An image does not say whether somebody looked at it.
The format, "CVAT for images 1.1", is described at https://docs.cvat.ai/docs/other/xml_format.
"""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape, quoteattr

import numpy as np

from ..datasets.annotations import Annotations
from ..datasets.text_files import check_file
from ..labels import NEGATIVE, POSITIVE
from .annotation_tools import below, class_names
from .common import from_names, replacing
from .lost import lost_ids

_STATES = {"present": True, "absent": False}
_NOT_IN_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read(
    path: str,
    *,
    unlisted: str,
    state: str = "state",
    image_root: str = "",
    classes: Sequence[str] | str | None = None,
) -> Annotations:
    """Read ``annotations.xml`` of a task, job or project, exported as "CVAT for images 1.1".

    Args:
        path: The XML file.
        unlisted: What a class is that an image has no tag or shape of, ``'unknown'`` or
            ``'negative'``.
        state: The attribute that says ``present`` or ``absent``, or ``''``.
        image_root: Folder of the images, which all names of images begin with.
        classes: All classes, or a text file of them; the labels that the file lists if None.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: It is no such XML or cut off, a label is none of the classes, an attribute has
            another value, a class is present and absent in an image, or an image is there twice
            with different labels.
    """
    images: list[str] = []
    entries: list[tuple[int, str, bool]] = []
    labels: list[str] = []
    for element in _elements(path):
        if element.tag == "meta":
            labels = _labels(element)
            continue
        name = _attribute(path, element, "name")
        for child in element:
            label = _attribute(path, child, "label")
            entries.append((len(images), label, _is_present(path, name, label, child, state)))
        images.append(below(path, name, image_root))
    number, names, positive = zip(*entries, strict=True) if entries else ((), (), ())
    return from_names(
        path,
        images,
        np.array(number, dtype=np.int64),
        names,
        np.array(positive, dtype=bool),
        unlisted=unlisted,
        classes=classes or labels or None,
    )


def _elements(path: str) -> Iterator[Element]:
    """The ``meta`` and each ``image`` of a file, one in memory at a time.

    Raises:
        ValueError: The file is no such XML.
    """
    check_file(path)
    try:
        events = ElementTree.iterparse(path, events=("start", "end"))
        _, root = next(events)
        if root.tag != "annotations":
            raise ValueError(
                f"{path} begins with <{root.tag}>, not <annotations>: export CVAT for images 1.1."
            )
        for event, element in events:
            if event == "start" and element.tag == "track":
                raise ValueError(f"{path} has tracks of a video: export CVAT for images 1.1.")
            if event == "end" and element.tag in ("meta", "image"):
                yield element
                root.clear()
    except ElementTree.ParseError as error:
        raise ValueError(
            f"{path} is not complete XML ({error}): unpack annotations.xml of the export again."
        ) from None


def _labels(meta: Element) -> list[str]:
    """The labels that a file lists, but those of a skeleton's points."""
    return [
        label.findtext("name", "")
        for label in meta.iterfind(".//labels/label")
        if label.find("parent") is None
    ]


def _attribute(path: str, element: Element, key: str) -> str:
    """What an element must have."""
    if key not in element.attrib:
        raise ValueError(
            f"{path} has <{element.tag}> without {key}: export CVAT for images 1.1 again."
        )
    return element.attrib[key]


def _is_present(path: str, image: str, label: str, annotation: Element, state: str) -> bool:
    """Whether a tag or shape says that its label is there.

    Raises:
        ValueError: It says something else.
    """
    for attribute in annotation.iterfind("attribute"):
        if attribute.get("name") == state:
            if attribute.text not in _STATES:
                raise ValueError(
                    f"{path} has {label!r} with {state}={attribute.text!r} in the image "
                    f"{image!r}: it is present or absent; set state to the attribute that says "
                    "so, or to '' if there is none."
                )
            return _STATES[attribute.text]
    return True


def write(annotations: Annotations, path: str) -> list[str]:
    """Write tags, and beside them the labels of a task, ``NAME.labels.json``.

    Create a task with the images, and with the labels pasted into the "Raw" tab of the label
    constructor; then upload the XML as "CVAT 1.1". The names of images are those of the task.

    Args:
        annotations: What to write.
        path: The XML file.

    Returns:
        A sentence for each kind of thing that is lost.

    Raises:
        ValueError: A name has a character that XML cannot have.
    """
    for name in (*annotations.classes, *annotations.images):
        if _NOT_IN_XML.search(name):
            raise ValueError(f"the name {name!r} has a character that XML cannot have: rename it.")
    labels = [
        dict(name=name, type="tag", attributes=[dict(
            name="state", mutable=False, input_type="radio", default_value="present",
            values=list(_STATES),
        )])
        for name in annotations.classes
    ]  # fmt: skip
    with replacing(path) as temporary, open(temporary, "w", encoding="utf-8", newline="") as file:
        _write(file, annotations)
    with replacing(str(Path(path).with_suffix(".labels.json"))) as temporary:
        Path(temporary).write_text(json.dumps(labels, ensure_ascii=False), encoding="utf-8")
    return lost_ids(annotations)


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
    states = {
        "present": class_names(annotations, POSITIVE),
        "absent": class_names(annotations, NEGATIVE),
    }
    for number, image in enumerate(annotations.images):
        file.write(f'<image id="{number}" name={quoteattr(image)}>\n')
        for state, names in states.items():
            for name in names[number]:
                file.write(
                    f'  <tag label={quoteattr(name)} source="file">'
                    f'<attribute name="state">{state}</attribute></tag>\n'
                )
        file.write("</image>\n")
    file.write("</annotations>\n")


def _escape(text: str) -> str:
    """Text of an element; a carriage return would be read as a line feed."""
    return escape(text, {"\r": "&#13;"})

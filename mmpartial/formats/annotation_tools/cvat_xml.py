"""The XML that CVAT exports: its labels, images, tags and shapes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from ...utils.text_files import check_file


class Image(NamedTuple):
    """An image of an export, with its origin and the kinds of its annotations."""

    name: str
    subset: str
    task: str
    number: str  # of the frame in its task
    is_deleted: bool
    kinds: frozenset[str]  # of its annotations, such as tag or box


class Mark(NamedTuple):
    """A tag or shape."""

    image: int
    label: str
    is_tag: bool
    attributes: dict[str, str]


@dataclass
class Export:
    """The contents of a file.

    Attributes:
        labels: The attributes of each label that the file lists, with their input types.
        images: The images.
        marks: Their tags and shapes.
    """

    labels: dict[str, dict[str, str]] = field(default_factory=dict)
    images: list[Image] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)


def read_export(path: str) -> Export:
    """Read a file.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: It is not such a file.
    """
    export = Export()
    for element in elements(path):
        if element.tag == "meta":
            export.labels = _labels(element)
            continue
        name = _attribute(path, element, "name")
        marks = [
            Mark(
                len(export.images),
                _attribute(path, child, "label"),
                child.tag == "tag",
                _attributes(path, name, child),
            )
            for child in element
            if not _is_outside(child)
        ]
        export.images.append(
            Image(
                name,
                element.get("subset", ""),
                element.get("task_id", ""),
                element.get("id", ""),
                element.get("deleted", "").lower() in ("1", "true"),
                frozenset(str(child.tag) for child in element),
            )
        )
        export.marks += marks
    return export


def elements(path: str) -> Iterator[Element]:
    """The elements ``meta`` and ``image`` of a file, with one of them in memory at a time."""
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
    except (ElementTree.ParseError, LookupError) as error:  # LookupError: an unknown encoding
        raise ValueError(
            f"{path} is not complete XML ({error}): unpack annotations.xml of the export again."
        ) from None


def _labels(meta: Element) -> dict[str, dict[str, str]]:
    """The labels that a file lists, once or for each task, without points of skeletons."""
    labels: dict[str, dict[str, str]] = {}
    for label in meta.iterfind(".//labels/label"):
        if label.find("parent") is None:
            attributes = labels.setdefault(label.findtext("name", ""), {})
            for attribute in label.iterfind("attributes/attribute"):
                attributes[attribute.findtext("name", "")] = attribute.findtext("input_type", "")
    return labels


def _attribute(path: str, element: Element, key: str) -> str:
    """An attribute that an element must have."""
    if key not in element.attrib:
        raise ValueError(
            f"{path} has <{element.tag}> without {key}: export CVAT for images 1.1 again."
        )
    return element.attrib[key]


def _attributes(path: str, image: str, annotation: Element) -> dict[str, str]:
    """The attributes of a tag or shape."""
    found: dict[str, str] = {}
    if not len(annotation):
        return found  # as most tags
    for attribute in annotation.iterfind("attribute"):
        name, value = _attribute(path, attribute, "name"), attribute.text or ""
        if found.setdefault(name, value) != value:
            raise ValueError(
                f"{path} has {annotation.get('label')!r} with {name}={found[name]!r} and "
                f"{name}={value!r} in the image {image!r}: keep one of them."
            )
    return found


def _is_outside(annotation: Element) -> bool:
    """Whether a shape, or each point of a skeleton, is outside the image."""
    points = [part for part in annotation if part.tag != "attribute"]
    return annotation.get("outside") == "1" or (
        len(points) > 0 and all(point.get("outside") == "1" for point in points)
    )

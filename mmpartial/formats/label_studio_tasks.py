"""The tasks of a Label Studio export, JSON or JSON-MIN."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from .common import read_json

_UPLOAD = re.compile(r".*/data/upload/\d+/(?:[0-9a-f]{8}-)?")
_NO_CONTROLS = {"annotator", "created_at", "updated_at"}  # texts of every entry of JSON-MIN

Answer = dict[str, list[str]]


class Task(NamedTuple):
    """A task, its image, and for each submitted annotation the choices of each control."""

    name: str
    image: str
    answers: list[Answer]


def read_tasks(path: str, image: str) -> list[Task]:
    """The tasks of an export.

    Args:
        path: The file.
        image: Key of the image in the data.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: It is no export.
    """
    content = read_json(path)
    if not isinstance(content, list) or not all(isinstance(entry, dict) for entry in content):
        raise ValueError(f"{path} is no list of tasks: export JSON or JSON-MIN.")
    minimal = all("annotation_id" in entry for entry in content)
    return list((_of_json_min if minimal else _of_json)(path, content, image))


def _of_json(path: str, content: list[dict], image: str) -> Iterator[Task]:
    """The tasks of a JSON export."""
    for number, task in enumerate(content, 1):
        name = f"task {task.get('id', number)} (entry {number})"
        annotations = task.get("annotations") or []
        if "completions" in task:
            raise ValueError(f"{path}, {name} is of Label Studio before 1.0: export it anew.")
        if not all(isinstance(part, dict) for part in (task.get("data"), *annotations)):
            raise ValueError(
                f"{path}, {name} is without its data or the results of its annotations: export "
                "JSON or JSON-MIN."
            )
        submitted = [a for a in annotations if not a.get("was_cancelled")]
        answers = [_answer(path, name, annotation) for annotation in submitted]
        yield Task(name, _image(path, name, task["data"], image), answers)


def _of_json_min(path: str, content: list[dict], image: str) -> Iterator[Task]:
    """The tasks of a JSON-MIN export, in which each annotation is an entry."""
    entries = enumerate(content, 1)
    for task_id, group in groupby(entries, lambda entry: entry[1].get("id", entry[0])):
        numbers, records = zip(*group, strict=True)
        name = f"task {task_id} (entry {numbers[0]})"
        submitted = [record for record in records if record["annotation_id"] is not None]
        answers = [_answer_min(record, image) for record in submitted]
        yield Task(name, _image(path, name, records[0], image), answers)


def _answer(path: str, name: str, annotation: dict) -> Answer:
    """The choices in an annotation of a JSON export."""
    answer: Answer = {}
    for result in annotation.get("result") or ():
        if result.get("type") != "choices":
            continue
        control, choices = result.get("from_name"), result.get("value", {}).get("choices")
        if not isinstance(choices, list) or not all(isinstance(c, str) for c in choices):
            raise ValueError(
                f"{path}, {name} has choices {choices!r} of {control!r}: they are no list of "
                "classes; nested choices are not read."
            )
        answer.setdefault(control, []).extend(choices)
    return answer


def _answer_min(record: dict, image: str) -> Answer:
    """The choices in an annotation of a JSON-MIN export.

    One choice is a text there, as a field of the data may be, and several are in a dict.
    """
    answer: Answer = {}
    for control, value in record.items():
        if control in _NO_CONTROLS or control == image:
            continue
        for part in value if isinstance(value, list) else [value]:
            choices = part.get("choices", []) if isinstance(part, dict) else [part]
            if choices and all(isinstance(choice, str) for choice in choices):
                answer.setdefault(control, []).extend(choices)
    return answer


def _image(path: str, name: str, data: dict, image: str) -> str:
    """The path of a task's image.

    Raises:
        ValueError: The data has no such text.
    """
    value = data.get(image)
    if not isinstance(value, str):
        raise ValueError(
            f"{path}, {name} has no text as {image!r}: set image to the key of the image among "
            f"{', '.join(map(repr, data))}."
        )
    return image_path(value)


def image_path(value: str) -> str:
    """The path of an image from its value in a task.

    An uploaded file has the name that it had before, without Label Studio's eight letters; a file
    of local storage is below the document root; one on a server or in a bucket is below that.

    >>> image_path('/data/upload/1/0a1b2c3d-my%20cat.jpg')
    'my cat.jpg'
    >>> image_path('/data/local-files/?d=pets/my%20cat.jpg')
    'pets/my cat.jpg'
    >>> image_path('https://example.com/pets/my%20cat.jpg?size=big')
    'pets/my cat.jpg'
    >>> image_path('s3://bucket/pets/100%20.jpg')
    'pets/100%20.jpg'
    """
    scheme, _, rest = value.partition("://")
    if rest and scheme not in ("http", "https"):  # a key of a bucket is not encoded
        return rest.partition("/")[2]
    url = urlsplit(value)
    if "/data/local-files" in url.path:
        return parse_qs(url.query).get("d", [""])[0].lstrip("/")
    if rest or _UPLOAD.match(url.path):
        return unquote(_UPLOAD.sub("", url.path)).lstrip("/")
    return value.lstrip("/")

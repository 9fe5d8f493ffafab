"""The tasks of a Label Studio export, JSON or JSON-MIN."""

import json
from collections.abc import Collection, Iterator
from itertools import groupby
from typing import Any, NamedTuple

from ...utils.json_objects import load_json
from .label_studio_images import Place, image_place, warn_of_other_images

# Keys of every entry of JSON-MIN, and keys of regions there.
_NO_CONTROLS = {"id", "annotator", "annotation_id", "created_at", "updated_at"}
_OF_REGIONS = {
    *("x", "y", "width", "height", "rotation", "original_width", "original_height"),
    *("points", "closed", "format", "rle", "radiusX", "radiusY"),
}


class Answer(NamedTuple):
    """A submitted annotation.

    Attributes:
        choices: The choices of each control of choices.
        others: The types of the other controls.
    """

    choices: dict[str, list[str]]
    others: dict[str, str]


class Task(NamedTuple):
    """A task with the place of its image and its submitted annotations."""

    name: str
    place: Place
    answers: list[Answer]


def read_tasks(path: str, image: str, controls: Collection[str]) -> list[Task]:
    """The tasks of an export.

    Args:
        path: The file.
        image: Key of the image in the data.
        controls: The controls whose choices are read.
    """
    content = load_json(path)
    if not isinstance(content, list) or not all(isinstance(entry, dict) for entry in content):
        raise ValueError(f"{path} is not a list of tasks: export JSON or JSON-MIN.")
    for number, entry in enumerate(content, 1):
        if isinstance(entry.get("id", number), bool | list | dict):
            raise ValueError(f"{path}, entry {number} has the id {entry['id']!r}: export it again.")
    if all("annotation_id" in entry for entry in content):
        tasks, data = list(_of_json_min(path, content, image, controls)), content
    else:
        tasks, data = list(_of_json(path, content, image)), [task["data"] for task in content]
    warn_of_other_images(path, image, data)
    return tasks


def _of_json(path: str, content: list[dict], image: str) -> Iterator[Task]:
    """The tasks of a JSON export."""
    for number, task in enumerate(content, 1):
        name = f"task {task.get('id', number)} (entry {number})"
        if "completions" in task:
            raise ValueError(f"{path}, {name} is of Label Studio before 1.0: export it anew.")
        annotations = _objects(task.get("annotations"))
        if (
            annotations is None
            or not all(isinstance(a.get("was_cancelled"), bool | None) for a in annotations)
            or not isinstance(task.get("data"), dict)
        ):
            raise ValueError(
                f"{path}, {name} lacks its data or the results of its annotations: export "
                "JSON or JSON-MIN."
            )
        submitted = [a for a in annotations if not a.get("was_cancelled")]
        answers = [_answer(path, name, annotation) for annotation in submitted]
        yield Task(name, _image(path, name, task["data"], image), answers)


def _of_json_min(
    path: str, content: list[dict], image: str, controls: Collection[str]
) -> Iterator[Task]:
    """The tasks of a JSON-MIN export, in which each annotation is an entry."""
    entries = enumerate(content, 1)
    for task_id, group in groupby(entries, lambda entry: entry[1].get("id", entry[0])):
        numbers, records = zip(*group, strict=True)
        name = f"task {task_id} (entry {numbers[0]})"
        submitted = [record for record in records if record["annotation_id"] is not None]
        answers = [
            _answer_min(path, name, {**record, image: None}, controls) for record in submitted
        ]
        places = {_image(path, name, record, image) for record in records}
        if len(places) > 1:
            raise ValueError(f"{path}, {name} has several images: give each task its own id.")
        yield Task(name, places.pop(), answers)


def _objects(value: Any) -> list[dict] | None:
    """A list of objects, empty if it is missing or null; None if it is something else."""
    value = [] if value is None else value
    if isinstance(value, list) and all(isinstance(part, dict) for part in value):
        return value
    return None


def _answer(path: str, name: str, annotation: dict) -> Answer:
    """The answer in an annotation of a JSON export."""
    answer = Answer({}, {})
    results = _objects(annotation.get("result"))
    if results is None:
        raise ValueError(f"{path}, {name} has an annotation without its results: export it again.")
    for result in results:
        control, kind, value = (result.get(key) for key in ("from_name", "type", "value"))
        if not isinstance(control, str):
            if kind == "choices":
                raise ValueError(f"{path}, {name} has choices of no control: export it again.")
        elif kind == "choices":
            choices = value.get("choices") if isinstance(value, dict) else value
            answer.choices.setdefault(control, []).extend(_choices(path, name, control, choices))
        else:
            answer.others[control] = str(kind)
    return answer


def _choices(path: str, name: str, control: str, choices: Any) -> list[str]:
    """The choices of a control, which must be names of classes."""
    if not isinstance(choices, list) or not all(isinstance(c, str) for c in choices):
        raise ValueError(
            f"{path}, {name} has choices {choices!r} of {control!r}: they are not a list of "
            "classes; nested choices are not read."
        )
    for choice in choices:
        if _is_json(choice):
            raise ValueError(
                f"{path}, {name} has the choice {choice!r} of {control!r}, a list in a text: "
                "export JSON or JSON-MIN, and do not convert it."
            )
    return choices


def _is_json(text: str) -> bool:
    """Whether a text holds a JSON list or object."""
    try:
        return text[:1] in ("[", "{") and isinstance(json.loads(text), list | dict)
    except (ValueError, RecursionError):
        return False


def _answer_min(path: str, name: str, record: dict, controls: Collection[str]) -> Answer:
    """The answer in an annotation of a JSON-MIN export.

    A single choice is a text there, like a field of the data; several choices are in an object.
    """
    answer = Answer({}, {})
    for control, value in record.items():
        if control in _NO_CONTROLS or value is None:
            continue
        for part in value if isinstance(value, list) else [value]:
            is_wanted = control in controls
            if isinstance(part, str) or (isinstance(part, dict) and "choices" in part):
                choices = [part] if isinstance(part, str) else part["choices"]
                read = _choices(path, name, control, choices) if is_wanted else ()
                answer.choices.setdefault(control, []).extend(read)
            elif is_wanted or isinstance(part, dict):
                answer.others[control] = _kind(part)
    return answer


def _kind(part: Any) -> str:
    """The type of a control, such as ``taxonomy``, from one of its results in JSON-MIN."""
    if not isinstance(part, dict):
        return type(part).__name__
    return next((key for key in part if key not in _OF_REGIONS), "region")


def _image(path: str, name: str, data: dict, image: str) -> Place:
    """The place of a task's image."""
    value = data.get(image)
    if isinstance(value, list):
        raise ValueError(f"{path}, {name} has a list as {image!r}: give each image its own task.")
    if not isinstance(value, str):
        keys = ", ".join(map(repr, data))
        raise ValueError(
            f"{path}, {name} has no text as {image!r}: set image to its key among {keys}."
        )
    try:
        place = image_place(value)
    except ValueError as error:
        raise ValueError(f"{path}, {name} has the image {value!r}: {error}.") from None
    if not place.path:
        raise ValueError(f"{path}, {name} has the image {value!r}, which names no file.")
    return place

"""YOLO: a text file for each image, with an object on each line.

The text file of ``images/train/1.jpg`` is ``labels/train/1.txt``; if there is none, it is ``1.txt``
beside the image. Somebody has looked at an image with a text file, even if that is empty. All
labels of other images are unknown. The format is described at
https://docs.ultralytics.com/datasets/detect.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from ..labels.annotations import Annotations
from ..utils.image_endings import images_in
from ..utils.log import note, warn
from ..utils.names import visible
from .common.named_labels import class_list, from_names

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # in C, if PyYAML was built with it
_LISTS = ("data.yaml", "data.yml", "classes.txt", "obj.names")  # files with the classes
_NO_IMAGES = {"classes.txt", "train.txt", "val.txt", "test.txt"}  # text files of no image


def read(path: str, *, unlisted: str, classes: Sequence[str] | str | None = None) -> Annotations:
    """Read objects: a class is positive in an image with at least one of its objects.

    Args:
        path: The folder of the images, with the text files in it or in a folder ``labels`` in place
            of ``images``. The paths of the images are relative to it.
        unlisted: The state of a class without an object in an image that has a text file,
            ``'unknown'`` or ``'negative'``.
        classes: All classes in the order of their numbers, a text file with one on each line, or a
            YAML file with ``names``. If None, ``data.yaml``, ``classes.txt`` or ``obj.names`` in
            the folder, or in one of the two around it.

    Raises:
        FileNotFoundError: There is no such folder.
        ValueError: There is no image, no text file or no list of classes, or a line is no object.
    """
    if not os.path.isdir(path):
        raise FileNotFoundError(f"there is no folder {path}: give the folder of the images.")
    names = _names(path, classes)
    whole = list(images_in(path))
    if not whole:
        raise ValueError(f"there is no image in {path}: give the folder of the images.")
    files = [next(filter(os.path.isfile, _places(image)), None) for image in whole]
    looked = np.array([file is not None for file in files])
    if not looked.any():
        raise ValueError(
            f"no image in {path} has a text file, such as {_places(whole[0])[0]}: give the folder "
            "around images and labels."
        )
    _tell(path, files)
    found = [sorted(_objects(file, len(names))) if file else [] for file in files]
    return from_names(
        path,
        [Path(image).relative_to(path).as_posix() for image in whole],
        np.repeat(np.arange(len(found)), [*map(len, found)]),
        [names[number] for numbers in found for number in numbers],
        np.asarray(True),
        unlisted=unlisted,
        classes=names,
        looked=looked,
    )


def _places(image: str) -> list[str]:
    """Where the text file of an image may be."""
    beside = f"{os.path.splitext(image)[0]}.txt"
    *folders, name = Path(os.path.abspath(beside)).parts
    if "images" not in folders:
        return [beside]
    last = len(folders) - 1 - folders[::-1].index("images")
    folders[last] = "labels"
    return [os.path.join(*folders, name), beside]


def _tell(path: str, files: Sequence[str | None]) -> None:
    """Log images without a text file, and text files without an image."""
    missing = files.count(None)
    if missing:
        note(
            f"{path}: images without a text file: {missing}; all their labels are unknown (if "
            "there is no object in them, write empty text files)"
        )
    used = {*filter(None, files)}
    texts = [
        os.path.join(folder, name)
        for folder in sorted({*map(os.path.dirname, used)})
        for name in sorted(os.listdir(folder))
        if name.endswith(".txt") and name not in _NO_IMAGES
    ]
    stray = [text for text in texts if text not in used]
    if stray:
        warn(f"{path}: text files without an image: {len(stray)}, the first is {visible(stray[0])}")


def _objects(file: str, number: int) -> set[int]:
    """The numbers of the classes in a text file; ``number`` is how many classes there are."""
    found = set()
    with open(file, encoding="utf-8-sig") as lines:
        for place, line in enumerate(lines, 1):
            words = line.split()
            if not words:
                continue
            where = f"{file}, line {place}"
            if len(words) == 6:
                raise ValueError(
                    f"{where} has six numbers, as predictions have, whose last one is a score: "
                    "predictions are not labels, so take the text files of the annotations."
                )
            if len(words) < 5 or not words[0].isdecimal() or not all(map(_is_number, words)):
                raise ValueError(
                    f"{where} is {visible(line.strip()[:60])}: an object is the number of its "
                    "class, and four numbers or more for its place."
                )
            cls = int(words[0])
            if cls >= number:
                raise ValueError(
                    f"{where} has class {cls}, but there are {number} classes, and the first is 0: "
                    "add its name to the list of classes."
                )
            found.add(cls)
    return found


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def _names(path: str, classes: Sequence[str] | str | None) -> list[str]:
    """The classes in the order of their numbers."""
    if classes is None:
        around = [Path(os.path.abspath(path)), *Path(os.path.abspath(path)).parents[:2]]
        lists = [folder / name for folder in around for name in _LISTS]
        there = next(filter(Path.is_file, lists), None)
        if there is None:
            raise ValueError(
                f"there is no data.yaml or classes.txt in {path}: give classes, as a list, a text "
                "file with one on each line, or a YAML file with names."
            )
        classes = str(there)
    if isinstance(classes, str) and classes.endswith((".yaml", ".yml")):
        classes = _names_of_yaml(classes)
    return class_list(classes) or []


def _names_of_yaml(file: str) -> list[str]:
    """The names in a YAML file: a list, or a mapping from numbers."""
    try:
        with open(file, encoding="utf-8-sig") as text:
            content: Any = yaml.load(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise ValueError(f"{file} is not YAML: {' '.join(str(error).split())}.") from None
    names = content.get("names") if isinstance(content, dict) else None
    if isinstance(names, dict) and sorted(names, key=str) == sorted(range(len(names)), key=str):
        names = [names[number] for number in range(len(names))]
    if not isinstance(names, list) or not names or not {*map(type, names)} <= {str, int}:
        raise ValueError(
            f"{file} has names={names!r}: write a list of the classes, or a mapping from 0, 1, ... "
            "to their names."
        )
    return list(map(str, names))

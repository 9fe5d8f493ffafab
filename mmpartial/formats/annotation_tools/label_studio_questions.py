"""Questions about some classes of some images, as tasks for Label Studio.

A task asks about few classes, and shows choices for these alone. The prediction of a task chooses
the more probable answer to each question. It is not an annotation, and
:mod:`~mmpartial.formats.annotation_tools.label_studio` does not read it until somebody submits it.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from ..common.output_paths import write_text
from .label_studio_config import choices_of, labelling_config
from .label_studio_images import local_file

_ASKED = "asked"


def write_tasks(
    images: Sequence[str], classes: Sequence[str], probabilities: Sequence[float], path: str
) -> None:
    """Write a task for each image, and beside them the labelling config, ``NAME.config.xml``.

    Args:
        images: For each question the path of its image.
        classes: Its class.
        probabilities: The probability that the class is present.
        path: The JSON file.
    """
    table = pd.DataFrame(dict(image=images, cls=classes, p=probabilities))
    tasks = []
    for image, rows in table.groupby("image", sort=False):
        present = rows.p >= 0.5
        data = {"image": local_file(image), _ASKED: [{"value": name} for name in rows.cls]}
        result = choices_of(rows.cls[present].tolist(), rows.cls[~present].tolist())
        prediction = dict(model_version="mmpartial", score=float(rows.p.max()), result=result)
        tasks.append(dict(data=data, predictions=[prediction]))
    write_text(path, json.dumps(tasks, ensure_ascii=False))
    write_text(Path(path).with_suffix(".config.xml"), labelling_config(f"${_ASKED}"))

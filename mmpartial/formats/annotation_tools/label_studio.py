"""Label Studio: tasks of images with multiple choices.

A task somebody submitted an annotation of was looked at; a task without one, or whose annotations
were all skipped, was not, and all its labels are unknown. So that annotators can say that a class
is absent, a project has two controls, which :func:`write` puts into a labelling config::

    <View>
      <Image name="image" value="$image"/>
      <Header value="In the image"/>
      <Choices name="present" toName="image" choice="multiple">
        <Choice value="cat"/>
      </Choices>
      <Header value="Not in the image"/>
      <Choices name="absent" toName="image" choice="multiple">
        <Choice value="cat"/>
      </Choices>
    </View>

Ordinary projects with one ``<Choices name="choice" ...>`` are read with ``present='choice'``.
The formats are described at https://labelstud.io/guide/task_format,
https://labelstud.io/guide/export and https://labelstud.io/tags/choices; JSON-MIN as
``label_studio_sdk.converter`` writes it.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import numpy as np

from ...labels import NEGATIVE, POSITIVE, UNKNOWN
from ...labels.annotations import Annotations
from ...labels.matrix import LabelMatrix
from ..common.checks import check_joined
from ..common.named_labels import from_names, unlisted_state
from ..common.omissions import lost_classes, lost_ids
from ..common.output_paths import replacing
from ..common.unique_images import annotate
from .fields import check_fields
from .label_studio_config import classes_of_config, labelling_config
from .label_studio_images import image_paths
from .label_studio_tasks import Answer, read_tasks
from .label_studio_votes import entries, merge
from .labels import class_names


def read(
    path: str,
    *,
    unlisted: str,
    present: str = "present",
    absent: str = "absent",
    image: str = "image",
    image_root: str = "",
    classes: Sequence[str] | str | None = None,
    conflicts: str = "error",
) -> Annotations:
    """Read a JSON or JSON-MIN export.

    Regions, drafts, predictions and skipped annotations are passed over. Of several submitted
    annotations of a task, what any of them knows is known.

    Images of several uploads, buckets or hosts whose paths would be equal keep what tells them
    apart, such as ``bucket/1.jpg``; the log says so.

    Args:
        path: The exported file.
        unlisted: What a class is that a submitted annotation does not choose, ``'unknown'`` or
            ``'negative'``.
        present: Name of the control whose choices are in the image, or ``''``.
        absent: Name of the control whose choices are not, or ``''``.
        image: Key of the image in the task's data.
        image_root: Folder of the images, which all paths begin with (see
            :func:`~mmpartial.formats.annotation_tools.label_studio_images.image_place`).
        classes: All classes, a text file of them, or the labelling config as ``NAME.xml`` (copied
            from the project's settings); those that were ever chosen if None, because an export
            does not list the others.
        conflicts: What a class is that one annotation of a task has as positive and another as
            negative: ``'error'`` or ``'unknown'``.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: It is no such export or cut off, has other controls or classes or controls of
            another type, or an image with different labels.
    """
    state = unlisted_state(unlisted)
    if conflicts not in ("error", "unknown"):
        raise ValueError(f"conflicts={conflicts!r}: choose 'error' or 'unknown'.")
    if isinstance(classes, str) and classes.endswith(".xml"):
        classes = classes_of_config(classes, (present, absent))
    tasks = read_tasks(path, image, (present, absent))
    images = image_paths(path, [task.place for task in tasks], image_root.strip("/"))
    counts = [len(task.answers) or 1 for task in tasks]  # a task without annotations has a row
    rows = [
        f"{name} of {task.name}, annotation {number + 1}"
        for name, task, count in zip(images, tasks, counts, strict=True)
        for number in range(count)
    ]
    answers = [answer for task in tasks for answer in task.answers or [Answer({}, {})]]
    check_fields(
        path,
        "choices of the control",
        dict(present=present, absent=absent),
        {control for answer in answers for control in answer.choices},
        {control: kind for answer in answers for control, kind in answer.others.items()},
    )
    chosen = entries(answers, present, absent)
    if classes is None:
        check_joined(path, set(chosen[1]), "export JSON or JSON-MIN, and do not convert it")
    votes = from_names(path, rows, *chosen, unlisted="unknown", classes=classes)
    labels = votes.labels.dense()
    looked: np.ndarray = np.repeat([len(task.answers) > 0 for task in tasks], counts)
    labels[looked[:, None] & (labels == UNKNOWN)] = state
    merged = merge(path, tasks, counts, labels, votes.classes, conflicts)
    return annotate(
        path,
        images,
        votes.classes,
        LabelMatrix.from_dense(merged),
        place=lambda row: tasks[row].name,
    )


def write(annotations: Annotations, path: str) -> list[str]:
    """Write tasks to import, and beside them the labelling config, ``NAME.config.xml``.

    Create a project with the config, and a local storage whose document root is the folder of the
    images, which need not be synchronised; then import the tasks. What is known of an image is
    there as a submitted annotation; an image of which nothing is known is a task to do.

    Args:
        annotations: What to write.
        path: The JSON file.

    Returns:
        A sentence for each kind of thing that is lost.
    """
    states = {
        "present": class_names(annotations, POSITIVE),
        "absent": class_names(annotations, NEGATIVE),
    }
    tasks = []
    for number, image in enumerate(annotations.images):
        result = [
            {"id": control, "from_name": control, "to_name": "image", "type": "choices",
             "value": {"choices": names[number]}}
            for control, names in states.items()
            if names[number]
        ]  # fmt: skip
        data = {"image": f"/data/local-files/?d={quote(image)}"}
        tasks.append({"data": data, "annotations": [{"result": result}] if result else []})
    with replacing(path) as temporary:
        Path(temporary).write_text(json.dumps(tasks, ensure_ascii=False), encoding="utf-8")
    config = Path(path).with_suffix(".config.xml")
    with replacing(str(config)) as temporary:
        Path(temporary).write_text(labelling_config(annotations.classes), encoding="utf-8")
    return [
        *lost_classes(annotations, config.name),
        *_lost_roots(annotations),
        *lost_ids(annotations),
    ]


def _lost_roots(annotations: Annotations) -> list[str]:
    """What says that paths begin at the root of the file system."""
    number = sum(image.startswith("/") for image in annotations.images)
    return [f"the / before {number} paths: set data_prefix to /."] if number else []

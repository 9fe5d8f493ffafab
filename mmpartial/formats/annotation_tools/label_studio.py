"""Label Studio: tasks of images with multiple choices.

Somebody has looked at a task if it has a submitted annotation. All labels of other tasks are
unknown, even if all annotations were skipped. A project with two controls lets annotators say
that a class is absent; :func:`write` puts them into a labelling config::

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

from ...labels.annotations import Annotations
from ...labels.class_lists import to_names
from ..common.named_labels import unlisted_state
from ..common.omissions import lost_classes, lost_groups, lost_ids
from ..common.output_paths import write_text
from ..common.unique_images import annotate
from .fields import check_fields
from .label_studio_config import choices_of, classes_of_config, labelling_config
from .label_studio_images import image_paths, local_file
from .label_studio_tasks import read_tasks
from .label_studio_votes import merge, read_votes


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

    Regions, drafts, predictions and skipped annotations are ignored. Where a task has several
    submitted annotations, a label is known if any of them knows it.

    Images of different uploads, buckets or hosts may have the same path. Then their paths begin
    with the upload, bucket or host, such as ``bucket/1.jpg``, and the log says so.

    Args:
        path: The exported file.
        unlisted: The state of a class that a submitted annotation does not choose,
            ``'unknown'`` or ``'negative'``.
        present: Name of the control for classes in the image, or ``''`` if there is none.
        absent: Name of the control for classes not in the image, or ``''`` if there is none.
        image: Key of the image in the task's data.
        image_root: Folder that is put before each path. The path of an upload is its own name;
            other paths begin at the root of the local storage, the server or the bucket.
        classes: All classes, a text file of them, or the labelling config as ``NAME.xml`` (copied
            from the project's settings). If None, the classes that were chosen at least once; an
            export does not list the others.
        conflicts: What to do if one annotation of a task says present and another absent:
            ``'error'``, or ``'unknown'`` to leave the label unknown.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The file is cut off or not such an export, has other controls or classes, or
            different labels for one image.
    """
    state = unlisted_state(unlisted)
    if conflicts not in ("error", "unknown"):
        raise ValueError(f"conflicts={conflicts!r}: choose 'error' or 'unknown'.")
    if isinstance(classes, str) and classes.endswith(".xml"):
        classes = classes_of_config(classes, (present, absent))
    tasks = read_tasks(path, image, (present, absent))
    answers = [answer for task in tasks for answer in task.answers]
    check_fields(
        path,
        "choices of the control",
        dict(present=present, absent=absent),
        {control for answer in answers for control in answer.choices},
        {control: kind for answer in answers for control, kind in answer.others.items()},
    )
    images = image_paths(path, [task.place for task in tasks], image_root.strip("/"))
    votes = read_votes(path, images, tasks, (present, absent), classes)
    labels = merge(path, tasks, votes, state, conflicts)
    return annotate(path, images, votes.classes, labels, place=lambda row: tasks[row].name)


def write(annotations: Annotations, path: str) -> list[str]:
    """Write tasks to import, and beside them the labelling config, ``NAME.config.xml``.

    Create a project with the config, and a local storage whose document root is the folder of the
    images; it need not be synchronised. Then import the tasks. The known labels of an image are a
    submitted annotation; an image without a known label is a task to do.

    Args:
        annotations: What to write.
        path: The JSON file.

    Returns:
        A sentence for each thing that the file cannot hold.
    """
    tasks = []
    for image, present, absent in to_names(annotations):
        result = choices_of(present, absent)
        data = {"image": local_file(image)}
        tasks.append({"data": data, "annotations": [{"result": result}] if result else []})
    write_text(path, json.dumps(tasks, ensure_ascii=False))
    config = Path(path).with_suffix(".config.xml")
    write_text(config, labelling_config(annotations.classes))
    roots = sum(image.startswith("/") for image in annotations.images)
    lost = [f"the / before {roots} paths: set data_prefix to /."] if roots else []
    lost = [*lost_classes(annotations, config.name), *lost, *lost_ids(annotations)]
    return [*lost, *lost_groups(annotations)]

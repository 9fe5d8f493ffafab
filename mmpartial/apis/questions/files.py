"""Writes files of questions, and reads their answers: tables, and Label Studio's JSON."""

import numpy as np
import pandas as pd
import pyarrow as pa

from ...formats.annotation_tools import label_studio
from ...formats.annotation_tools.label_studio_questions import write_tasks
from ...formats.common.named_labels import from_names
from ...formats.tables.columns import check_columns
from ...formats.tables.label_cells import LabelCells
from ...formats.tables.reader import WRITTEN, open_table, table_writer
from ...labels import NEGATIVE, POSITIVE, UNKNOWN
from ...labels.annotations import Annotations
from ...utils.reading import reads

_COLUMNS = ["image", "class", "answer"]


def check_out(out: str) -> None:
    """Check the ending of a file for questions.

    Raises:
        ValueError: The file is neither a table nor JSON.
    """
    if not out.lower().endswith((*WRITTEN, ".json")):
        raise ValueError(
            f"{out}: give a name that ends in {', '.join(WRITTEN)} for a table, or in .json for "
            "tasks of Label Studio."
        )


def write_questions(questions: pd.DataFrame, out: str) -> None:
    """Write questions to a table, or as ``.json`` for Label Studio.

    Args:
        questions: As :func:`mmpartial.apis.suggest` returns them.
        out: The file; the labelling config ``NAME.config.xml`` is written beside ``NAME.json``.
    """
    if out.lower().endswith(".json"):
        write_tasks(questions["image"], questions["class"], questions["probability"], out)
        return
    table = pa.Table.from_pandas(questions.round({"probability": 4}), preserve_index=False)
    with table_writer(out, table.schema) as writer:
        writer.write_table(table)


@reads("answers")
def read_answers(path: str, annotations: Annotations) -> Annotations:
    """Read the answers to questions.

    In a table (CSV, Parquet or Excel) the column ``answer`` has 1, yes or y; 0, no or n; or nothing
    if nobody knows. A ``.json`` file is an export of Label Studio (JSON or JSON-MIN).

    Args:
        path: The file.
        annotations: The labels that the answers are for.

    Returns:
        The answered images with the classes of ``annotations``; labels that are not answered are
        unknown.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: An answer is something else, there are no answers, two answers contradict each
            other, or a class does not exist.
    """
    if path.lower().endswith(".json"):
        return label_studio.read(path, unlisted="unknown", classes=annotations.classes)
    table = open_table(path)
    check_columns(path, _COLUMNS, table.names)
    cells = LabelCells(table, {"y": POSITIVE, "n": NEGATIVE})
    images: list[str] = []
    classes: list[str] = []
    states: list[np.ndarray] = [np.empty(0, dtype=np.int8)]
    for image, cls, answer in table.batches(_COLUMNS):
        row = len(images)
        images += table.texts(image, "image", row)
        classes += table.texts(cls, "class", row)
        states.append(cells.states(answer, "answer", row))
    for unread in cells.unread.values():
        raise ValueError(
            f"{table.cell(unread.row, 'answer')} has the value {unread}: write 1 or yes, 0 or no, "
            "or nothing if nobody knows."
        )
    state = np.concatenate(states)
    answered = np.flatnonzero(state != UNKNOWN)
    if not len(answered):
        raise ValueError(
            f"{path} has no answers: write 1 or yes, 0 or no into the column answer, or nothing if "
            "nobody knows."
        )
    number, names = pd.factorize(np.array(images, dtype=object)[answered])
    return from_names(
        path, names.tolist(), number, [classes[i] for i in answered], state[answered] == POSITIVE,
        unlisted="unknown", classes=annotations.classes,
    )  # fmt: skip

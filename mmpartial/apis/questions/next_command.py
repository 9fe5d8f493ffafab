"""Says which command adds answers to the label file of a dataset."""

from pathlib import Path

from ...datasets import AnnotatedImages, PartialLabelDataset
from ...formats import FORMATS
from ...formats.tables.reader import is_excel
from ...utils.log import note
from ...utils.nested import walk


def note_next_command(dataset: PartialLabelDataset, out: str, *options: str) -> None:
    """Say which command adds the answers, or that the label file has to be converted before.

    Args:
        dataset: The training dataset. Nothing is said if it does not read exactly one label file.
        out: The file in which a person writes the answers.
        options: Further options of the command.
    """
    found = [part for part in walk(dataset) if isinstance(part, AnnotatedImages)]
    if len(found) != 1:
        return
    labels = Path(found[0].ann_file or found[0].data_prefix["img_path"])
    if not hasattr(FORMATS[found[0].format], "write"):
        note(
            f"fill in the answers in {out}; mmpartial cannot write the format {found[0].format}, "
            f"so convert {labels} with to_mmpretrain.py before you add them with add_answers.py"
        )
        return
    ending = ".csv" if is_excel(labels) else labels.suffix  # which are only read
    new = labels.with_name(f"{labels.stem}_2{ending}")
    command = found[0].command("add_answers", out, str(labels), "--out", str(new), *options)
    note(f"fill in the answers in {out}, and add them to the labels: {command}")

"""The checkpoint from which a killed run resumes."""

import os
import socket
import zipfile
from pathlib import Path
from typing import Any

from mmengine.dist import all_gather_object
from mmengine.hooks import CheckpointHook
from mmengine.runner import Runner

from ..utils.checkpoint_checks import name_beside
from ..utils.log import warn
from ..utils.torch_load import read_checkpoint
from ..utils.whole_file import whole_file

PREEMPTED = "preempted.pth"  # a checkpoint within an epoch, of a run that had to leave


def checkpoint_hook(runner: Runner) -> CheckpointHook | None:
    """Find the hook that writes this run's checkpoints."""
    return next((hook for hook in runner.hooks if isinstance(hook, CheckpointHook)), None)


def checkpoint_folder(runner: Runner) -> str:
    """Find the folder of this run's checkpoints, even before the hook has set it."""
    hook = checkpoint_hook(runner)
    if hook is None or hook.out_dir is None:
        return str(runner.work_dir)
    if hasattr(hook, "file_backend"):  # the hook's before_train has added the work_dir's name
        return str(hook.out_dir)
    return os.path.join(str(hook.out_dir), os.path.basename(runner.work_dir.rstrip(os.sep)))


def name_last(work_dir: str, checkpoint: str) -> None:
    """Write the checkpoint to resume from into the file ``last_checkpoint``."""
    with whole_file(Path(work_dir) / "last_checkpoint") as partial:
        partial.write_text(checkpoint)


def fault(file: Path) -> str | None:
    """Describe the fault of a checkpoint or of its label table; None if both are whole."""
    if file.is_dir():
        return "is a folder"
    if not file.is_file():  # a pipe would never end
        return "is not there"
    try:
        with zipfile.ZipFile(file) as archive:
            damaged = archive.testzip()
        if damaged is not None:
            return f"is damaged ({damaged})"
        if file.suffix == ".pt":
            return None
        checkpoint = read_checkpoint(file, mmap=True)
        table = _table_of(checkpoint)
    except zipfile.BadZipFile:
        return "is cut off"
    except Exception as error:
        return "cannot be loaded: " + str(error).partition("\n")[0]
    if not isinstance(checkpoint, dict):
        return f"holds a {type(checkpoint).__name__} and no weights"
    wrong = None if table is None else fault(file.with_name(table))
    return None if wrong is None else f"needs {table}, which {wrong}"


def _table_of(checkpoint: Any) -> str | None:
    """Find the name of the file beside a checkpoint with its label table, if it has one."""
    labels = checkpoint.get("pseudo_labels") if isinstance(checkpoint, dict) else None
    name = labels.get("file") if isinstance(labels, dict) else None
    return None if name is None else name_beside(name)


def number_in(file: Path, template: str) -> int | None:
    """Read the number at ``{}`` of the template in a checkpoint's name; None if it does not fit."""
    start, _, end = template.partition("{}")
    middle = file.name[len(start) : len(file.name) - len(end)]
    fits = file.name == f"{start}{middle}{end}"
    return int(middle) if fits and middle.isdecimal() else None


def check_no_folders(folder: Path, template: str) -> None:
    """Check that no folder is where a checkpoint will be written, perhaps hours later.

    Raises:
        ValueError: There is such a folder.
    """
    for file in folder.glob("*"):
        named = file.name == PREEMPTED or number_in(file, template) is not None
        if named and file.is_dir():
            raise ValueError(
                f"{file} is a folder, and a checkpoint would be written there: move it away."
            )


def newest_whole(folder: Path, template: str, named: str) -> Path | None:
    """Find the newest whole checkpoint.

    Args:
        folder: Where checkpoints are.
        template: Their name with ``{}`` for a number.
        named: The checkpoint that ``last_checkpoint`` names, in any folder; or empty.

    Returns:
        The file, or None if there are no checkpoints at all.

    Raises:
        ValueError: There are checkpoints, but none is whole.
    """
    found = {file for file in folder.glob("*") if number_in(file, template) is not None}
    found |= set(folder.glob(PREEMPTED))
    if named and Path(named).exists():
        found.add(Path(named))

    # A copied work_dir still names the original's checkpoint, and its files have new times.
    copied = folder / Path(named).name if named else None

    def age(file: Path) -> tuple[bool, int, int]:
        """Order by being the copy of the named checkpoint, then by time, then by number."""
        first = file == copied and not (Path(named).exists() and file.samefile(named))
        return first, file.stat().st_mtime_ns, number_in(file, template) or 0

    faults = [f"{named} is not there"] if named and not found else []
    for file in sorted(found, key=age, reverse=True):
        wrong = fault(file)
        if wrong is None:
            return file
        faults.append(f"{file} {wrong}")
        warn(f"{faults[-1]}: looking for an older checkpoint.")
    if faults:
        raise ValueError(
            f"no checkpoint in {folder} is whole, and --resume would start over: "
            f"{'; '.join(faults)}. Put a whole one there, or delete these and last_checkpoint to "
            "start over."
        )
    return None


def check_same_checkpoint(work_dir: str) -> None:
    """Check that all processes resume from the same checkpoint.

    Only the main process writes checkpoints. Without a shared disk, other machines have none, and
    would start anew.

    Raises:
        ValueError: The checkpoints differ.
    """
    file = Path(work_dir) / "last_checkpoint"
    name = file.read_text().strip() if file.exists() else ""
    if "://" not in name:
        name = os.path.basename(name) if os.path.exists(name) else ""
    found = all_gather_object((socket.gethostname(), name))
    (host, first), *others = found
    for other, theirs in others:
        if theirs != first:
            raise ValueError(
                f"--resume: in {work_dir}, {host} sees {first or 'no checkpoint'} and {other} sees "
                f"{theirs or 'none'}: put the work_dir on a disk that all machines share, or copy "
                "its checkpoints, pseudo_labels_*.pt and last_checkpoint to each machine."
            )

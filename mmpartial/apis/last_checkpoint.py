"""Finds the last checkpoint of a work_dir."""

from pathlib import Path


def last_checkpoint(path: str | Path) -> Path:
    """Return a checkpoint itself, or the last one of a work_dir, even if the folder was moved.

    Args:
        path: The checkpoint or the work_dir.

    Raises:
        FileNotFoundError: The work_dir has no file ``last_checkpoint``.
    """
    path = Path(path)
    if not path.is_dir():
        return path
    name = path / "last_checkpoint"
    if not name.is_file():
        raise FileNotFoundError(f"{path} has no file last_checkpoint: give a checkpoint.")
    named = Path(name.read_text(encoding="utf-8").strip())
    return named if named.is_file() else path / named.name

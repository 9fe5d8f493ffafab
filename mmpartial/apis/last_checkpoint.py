"""The checkpoint that somebody names by its work_dir."""

from pathlib import Path


def last_checkpoint(path: str | Path) -> Path:
    """A checkpoint, or the last one of a work_dir, also in a folder that was moved.

    Args:
        path: The checkpoint or the work_dir.

    Raises:
        FileNotFoundError: The work_dir names no last checkpoint.
    """
    path = Path(path)
    if not path.is_dir():
        return path
    name = path / "last_checkpoint"
    if not name.is_file():
        raise FileNotFoundError(f"there is no last_checkpoint in {path}: give a checkpoint.")
    named = Path(name.read_text(encoding="utf-8").strip())
    return named if named.is_file() else path / named.name

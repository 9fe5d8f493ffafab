"""Files that belong to one run; only this run may write them again."""

import json
import os
from pathlib import Path

from .whole_file import whole_file


class OwnedFile:
    """A file with a note beside it, ``NAME.owner.json``, that names its run.

    Args:
        path: The file.
        work_dir: The work_dir of the run; None if there is no run.
        data: The fingerprint of the dataset.
    """

    def __init__(self, path: Path, work_dir: str | None, data: str):
        self.path = path
        self.note = path.with_name(f"{path.name}.owner.json")
        # The path is relative, because a work_dir may be moved together with its files.
        where = None if work_dir is None else os.path.relpath(work_dir, path.parent)
        self.owner = dict(work_dir=where, data=data)

    def take(self, resumed: bool) -> None:
        """Check that the run may write the file, and write the note.

        A new run may overwrite the file of a run of the same work_dir that was killed. A resumed
        run may also overwrite its file after it has finished, and a file without a note.

        Args:
            resumed: Whether the run goes on from a checkpoint.

        Raises:
            FileExistsError: The file belongs to another run, or to one that has finished.
        """
        note = self._read()
        owner = None if note is None else note.get("owner")
        if resumed:
            mine = owner in (None, self.owner)
        else:
            known = self.owner["work_dir"] is not None
            mine = known and owner == self.owner and note is not None and not note.get("finished")
        if self.path.exists() and not mine:
            raise FileExistsError(
                f"{self.path} exists: remove it if no other run uses it, or choose another "
                "work_dir or file name."
            )
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._write(finished=False)

    def finish(self) -> None:
        """Protect the file from new runs, because this run has finished."""
        self._write(finished=True)

    def _write(self, finished: bool) -> None:
        with whole_file(self.note) as partial:
            partial.write_text(json.dumps(dict(owner=self.owner, finished=finished)))

    def _read(self) -> dict | None:
        try:
            note = json.loads(self.note.read_text())
        except FileNotFoundError:
            return None
        except ValueError:
            return dict(owner="somebody")  # it is damaged and may not be ours
        return note if isinstance(note, dict) else dict(owner="somebody")

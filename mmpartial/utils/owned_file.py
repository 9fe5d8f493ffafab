"""Files of one run, which the same run may write again after it was killed."""

import json
import os
from pathlib import Path

from .whole_file import whole_file


class OwnedFile:
    """A file with a note beside it (``NAME.owner.json``) that says whose it is.

    Args:
        path: The file.
        work_dir: Of the run that writes it; None if there is no run.
        data: Fingerprint of the dataset that it is about.
    """

    def __init__(self, path: Path, work_dir: str | None, data: str):
        self.path = path
        self.note = path.with_name(f"{path.name}.owner.json")
        # Relative, so that a work_dir can be moved together with what is in it.
        where = None if work_dir is None else os.path.relpath(work_dir, path.parent)
        self.owner = dict(work_dir=where, data=data)

    def take(self, resumed: bool) -> None:
        """Make sure that the file may be written, and note whose it is.

        A run that starts may write over what it left behind when it was killed; one that resumes
        also over what was there when it had finished, and over a file without a note.

        Args:
            resumed: The run goes on from a checkpoint.

        Raises:
            FileExistsError: The file is another run's, or of one that has finished.
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
                f"{self.path} exists already: remove it if no other run uses it, or choose another "
                "work_dir or file name."
            )
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._write(finished=False)

    def finish(self) -> None:
        """Keep the file from being written over by a run that starts anew."""
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
            return dict(owner="somebody")  # damaged: not known to be ours
        return note if isinstance(note, dict) else dict(owner="somebody")

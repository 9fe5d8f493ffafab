"""MMEngine's backend for local files, which writes them whole or not at all."""

from pathlib import Path

from mmengine.fileio import LocalBackend, register_backend

from ..utils.whole_file import whole_file

WHOLE_FILES = "mmpartial_whole_files"


@register_backend(WHOLE_FILES)
class WholeFileBackend(LocalBackend):
    """A backend that never leaves half a checkpoint, even if the run is killed as it writes one."""

    def put(self, obj: bytes, filepath: str | Path) -> None:
        """Write bytes to a file, and replace an existing one.

        Raises:
            OSError: The disk is full; the message says how much is needed and how much is free.
        """
        path = Path(filepath)
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path, len(obj)) as partial:
            partial.write_bytes(obj)

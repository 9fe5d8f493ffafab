"""MMEngine's local files, written whole or not at all."""

from pathlib import Path

from mmengine.fileio import LocalBackend, register_backend

from ..utils.whole_file import whole_file

WHOLE_FILES = "mmpartial_whole_files"


@register_backend(WHOLE_FILES)
class WholeFileBackend(LocalBackend):
    """A run that is killed while it writes a checkpoint leaves none that is cut off."""

    def put(self, obj: bytes, filepath: str | Path) -> None:
        """Write bytes to a file, which is replaced.

        Raises:
            OSError: There is no room; the message says what is needed and what is free.
        """
        path = Path(filepath)
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path, len(obj)) as partial:
            partial.write_bytes(obj)

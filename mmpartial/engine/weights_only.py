"""MMEngine's loading of checkpoints, without running code that may be in them.

``load_from``, ``--resume`` and ``init_cfg`` come here. MMEngine calls ``torch.load``, which before
version 2.6 runs any code in a file.
"""

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import torch
from mmengine.dist import barrier, is_main_process
from mmengine.runner import CheckpointLoader

from ..utils.text_files import check_file
from ..utils.torch_load import read_weights

_ASKED = re.compile(r"(?:GLOBAL|asks for) (?:the attribute )?'?([\w.]+)")


@CheckpointLoader.register_scheme(prefixes="", force=True)
def load_from_local(filename: str, map_location: Any = None) -> Any:
    """Load a file, in the place of MMEngine's function of this name.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: It is damaged, or asks for anything but weights, numbers, texts, lists and what
            MMEngine's own checkpoints hold.
    """
    file = Path(filename).expanduser()
    check_file(str(file), "give the path of a checkpoint.")
    try:
        return read_weights(file, map_location)
    except torch.cuda.OutOfMemoryError:
        raise
    except Exception as error:
        asked = _ASKED.search(str(error))
        if asked:
            raise ValueError(
                f"{file} asks for {asked[1]}, which may be a program, and no weights need it: take "
                "another file; if you trust its author, save its weights alone, torch.save("
                f"torch.load({str(file)!r}, weights_only=False)['state_dict'], 'weights.pth')."
            ) from None
        reason = str(error).partition("\n")[0].rstrip(".")
        named = isinstance(error, ValueError) and reason.startswith(str(file))
        text = f"{reason}." if named else f"{file} is damaged, or not a checkpoint ({reason})."
        raise ValueError(text) from error


@CheckpointLoader.register_scheme(prefixes=("http://", "https://"), force=True)
def load_from_http(filename: str, map_location: Any = None) -> Any:
    """Download a file where torch keeps downloads, unless it is there, and load it."""
    file = Path(torch.hub.get_dir(), "checkpoints", os.path.basename(urlparse(filename).path))
    if is_main_process() and not file.exists():
        _download(filename, file)
    barrier()
    if not file.exists():  # on another machine
        _download(filename, file)
    return load_from_local(str(file), map_location)


def _download(url: str, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    torch.hub.download_url_to_file(url, str(file), progress=False)

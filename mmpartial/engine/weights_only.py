"""MMEngine's loading of checkpoints, without running code that may be in them.

``load_from``, ``--resume`` and ``init_cfg`` use these functions for names of any scheme. MMEngine
would call ``torch.load``, which before version 2.6 runs any code in a file, or ``torch.hub``,
which still does.
"""

import os
import pickle
import re
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlparse

import torch
from mmengine.dist import barrier, is_main_process
from mmengine.fileio import get_file_backend
from mmengine.runner import (
    CheckpointLoader,
    get_deprecated_model_names,
    get_external_models,
    get_mmcls_models,
    get_torchvision_models,
)
from mmengine.runner.checkpoint import _get_mmengine_home, _process_mmcls_checkpoint

from ..utils.names import nearest
from ..utils.text_files import check_file
from ..utils.torch_load import read_weights

_LISTS: dict[str, Callable[[], dict[str, str]]] = {  # addresses of weights by name
    "torchvision://": get_torchvision_models,
    "modelzoo://": get_torchvision_models,
    "open-mmlab://": get_external_models,
    "openmmlab://": get_external_models,
    "mmcls://": get_mmcls_models,
}
_ASKED = re.compile(r"(?:GLOBAL|asks for) (?:the attribute )?'?([\w.]+)")


@CheckpointLoader.register_scheme(prefixes="", force=True)
def load_from_local(filename: str, map_location: Any = None) -> Any:
    """Load a file; this replaces MMEngine's function of the same name.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: It is damaged, or asks for anything but weights, numbers, texts, lists and the
            contents of MMEngine's own checkpoints.
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
        if isinstance(error, pickle.UnpicklingError):  # PyTorch's text proposes to run such a file
            raise ValueError(f"{file} is damaged, or not a checkpoint.") from error
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


@CheckpointLoader.register_scheme(prefixes=tuple(_LISTS), force=True)
def load_from_list(filename: str, map_location: Any = None) -> Any:
    """Load weights by their name in a list of MMEngine, such as ``torchvision://resnet50``.

    Raises:
        ValueError: The list has no such name.
    """
    scheme, _, name = filename.partition("://")
    addresses = _LISTS[f"{scheme}://"]()
    if "mmlab" in scheme:
        name = get_deprecated_model_names().get(name, name)
    if name not in addresses:
        raise ValueError(f"MMEngine knows no weights {filename}{nearest(name, addresses)}.")
    address = addresses[name]
    if address.startswith(("http://", "https://")):
        content = load_from_http(address, map_location)
    else:
        content = load_from_local(os.path.join(_get_mmengine_home(), address), map_location)
    return _process_mmcls_checkpoint(content) if scheme == "mmcls" else content


@CheckpointLoader.register_scheme(prefixes=(r"(\S+\:)?s3://", r"(\S+\:)?petrel://"), force=True)
def load_from_ceph(filename: str, map_location: Any = None, backend: str = "petrel") -> Any:
    """Load a file of a storage that MMEngine's file backend reaches."""
    content = get_file_backend(filename, backend_args=dict(backend=backend)).get(filename)
    with TemporaryDirectory() as folder:
        file = Path(folder, os.path.basename(filename))
        file.write_bytes(content)
        return load_from_local(str(file), map_location)


@CheckpointLoader.register_scheme(prefixes="pavi://", force=True)
def load_from_pavi(filename: str, map_location: Any = None) -> Any:
    """Refuse a storage that we cannot test.

    Raises:
        ValueError: Always.
    """
    raise ValueError(
        f"{filename}: MMEngine's loader would run code in the file: download it, and give its path."
    )

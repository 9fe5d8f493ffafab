"""Replaces the method in a config by another piece of ``configs/_base_/methods``."""

import copy
from pathlib import Path

from mmengine.config import Config

from ..utils.names import nearest
from ..utils.packaged_configs import CONFIGS
from .config_files import read_file

PIECES = CONFIGS / "_base_" / "methods"


def method_piece(name: str) -> Config:
    """Read the piece of a method.

    Args:
        name: The name of a file in ``configs/_base_/methods``, or the path of your own.

    Raises:
        ValueError: There is no such piece, or it has a fault.
    """
    known = {path.stem: path for path in PIECES.glob("*.py")}
    path = known.get(name, Path(name))
    if path.suffix != ".py" or not path.is_file():
        raise ValueError(
            f"there is no method {name!r}{nearest(name, known)}. Give the name of a file in "
            f"{PIECES} without its ending, or the path of your own piece."
        )
    return read_file(str(path))


def use_method(cfg: Config, piece: Config) -> None:
    """Replace the method in a config: its head, classifier, hooks and imports."""
    for key in {"loss", "q", *(cfg.get("head") or {})}:
        cfg.model.head.pop(key, None)
    for key in {*(cfg.get("classifier") or {}), *piece.get("classifier", {})}:
        cfg.model.pop(key, None)
    cfg.model.head.setdefault("type", "mmpartial.QSamplingHead")
    cfg.model.setdefault("type", "ImageClassifier")
    cfg.head, cfg.classifier = piece.head, piece.get("classifier", {})
    cfg.merge_from_dict(copy.deepcopy(dict(model=dict(cfg.classifier, head=cfg.head))))
    others = [h for h in cfg.get("custom_hooks") or [] if not h["type"].startswith("mmpartial.")]
    cfg.custom_hooks = [*others, *piece.get("custom_hooks", [])]
    if own := _imports(piece):
        cfg.custom_imports = dict(imports=[*_imports(cfg), *own], allow_failed_imports=False)


def _imports(cfg: Config) -> list[str]:
    found = (cfg.get("custom_imports") or {}).get("imports", [])
    return [found] if isinstance(found, str) else list(found)

"""The configs that are installed with the package."""

from pathlib import Path

from .names import nearest

CONFIGS = (Path(__file__).parents[1] / ".mim" / "configs").resolve()  # a link in a clone


def config_path(name: str) -> str:
    """The path of a config that comes with the package, for configs of other projects.

    A config inherits it by ``_base_ = __import__("mmpartial").config_path(NAME)``. MMEngine takes a
    line that begins with ``import`` for another syntax of configs.

    Args:
        name: The name of a leaf, ``"resnet18_digits_pal06.py"``, or a path below ``configs/``,
            ``"_base_/methods/asl.py"``.

    Raises:
        FileNotFoundError: There is no such config.
    """
    paths = sorted(CONFIGS.rglob("*.py"))
    known = {path.name: path for path in paths if "_base_" not in path.parts}
    known |= {path.relative_to(CONFIGS).as_posix(): path for path in paths}
    if name not in known:
        raise FileNotFoundError(
            f"there is no file {name}, and no config of mmpartial has this name"
            f"{nearest(name, known)}."
        )
    return str(known[name])

"""A run of a benchmark, and the spelling of its setting."""

import inspect
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..datasets.settings import SETTINGS
from ..utils.names import nearest

AS_ANNOTATED = "as-annotated"


@dataclass(frozen=True)
class Run:
    """One training.

    Attributes:
        method: Name of the method's config piece.
        setting: Label setting, as :func:`parse_setting` reads it.
        seed: Seed of the network, the hidden labels and the held-out part.
        lr: Learning rate.
    """

    method: str
    setting: str
    seed: int
    lr: float

    def __str__(self) -> str:
        return f"{self.method} {self.setting} lr {self.lr:g} seed {self.seed}"

    @property
    def folder(self) -> Path:
        """The run's folder, relative to the benchmark's."""
        return Path(self.method, self.setting, f"lr{self.lr:g}", f"seed{self.seed}")


def parse_setting(name: str) -> dict[str, Any]:
    """Turn the name of a setting, such as PAL0.3, into arguments of ``PartialLabelDataset``.

    A number after the name is the setting's first option. ``as-annotated`` hides no labels; it is
    for data with partial annotations.

    Raises:
        ValueError: There is no such setting, or it takes no number, or needs one.

    >>> parse_setting("PAL0.3"), parse_setting("FPC1000"), parse_setting("SPL")
    ({'setting': 'PAL', 'ratio': 0.3}, {'setting': 'FPC', 'n': 1000}, {'setting': 'SPL'})
    """
    if name == AS_ANNOTATED:
        return dict(setting=None)
    match = re.fullmatch(r"([A-Z]+)(\d*\.?\d*)", name)
    if match is None or match[1] not in SETTINGS:
        raise ValueError(
            f"there is no setting {name!r}{nearest(name, [*SETTINGS, AS_ANNOTATED])}: write one "
            f"of {', '.join(SETTINGS)}, with its number as in PAL0.3, or {AS_ANNOTATED}."
        )
    setting, number = match.groups()
    options = list(inspect.signature(SETTINGS[setting]).parameters.values())[1:]
    if not number:
        if options and options[0].default is inspect.Parameter.empty:
            raise ValueError(f"the setting {setting} needs {options[0].name}, as in PAL0.3.")
        return dict(setting=setting)
    if not options:
        raise ValueError(f"the setting {setting} takes no number: write {setting}, not {name}.")
    return {"setting": setting, options[0].name: float(number) if "." in number else int(number)}


def setting_and_ratio(name: str) -> dict[str, Any]:
    """Split a setting into the columns ``setting`` and ``ratio``."""
    setting, *ratio = parse_setting(name).values()
    return dict(setting=setting or AS_ANNOTATED, ratio=ratio[0] if ratio else None)

"""The table of all registered components: component, paper, config, figure."""

import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from mmengine.config import Config
from mmengine.registry import Registry

from mmpartial import registry
from mmpartial.comparison.table import summary

ROOT = Path(__file__).parents[1]
PIECES = ROOT / "configs" / "_base_"
RESULTS = ROOT / "tools" / "benchmarks" / "results"
RUNS = RESULTS / "frozen_corel5k.csv"
SETTINGS = ("PAL 0.6", "SPL")
HEAD = ("| component | | paper or source | config | mAP |", "|---|---|---|---|---|")
_URL = re.compile(r"https?://[^\s)>,;`]+[^\s)>,;`.:]")


def markdown() -> str:
    """A section for each registry, with a row for each component and config piece."""
    figures = _figures()
    sections = []
    registry.registered()
    for node in vars(registry).values():
        if not isinstance(node, Registry) or node.scope != "mmpartial":
            continue
        lines = [f"\n## {node.name.capitalize()}\n", *HEAD]
        for component, cls in sorted(node.module_dict.items()):
            lines += _rows(component, cls, figures)
        sections.append("\n".join(lines))
    return "\n".join(sections) + "\n"


def _rows(component: str, cls: Any, figures: dict[str, str]) -> Iterator[str]:
    """A row for each piece of configs that has the component; one without a piece if none has."""
    text = inspect.getdoc(cls) or ""
    first = text.split("\n\n")[0].replace("\n", " ").replace("|", r"\|")
    first = re.sub(r":\w+:`~?\.?([^`]*)`", r"`\1`", first).replace("``", "`")
    papers = ", ".join(f"<{url}>" for url in dict.fromkeys(_URL.findall(text)))
    named = re.compile(rf"mmpartial\.{component}\b")
    pieces = [path for path, code in _pieces().items() if named.search(code)]
    head = f"`{component}` | {first} | {papers}"
    for piece in pieces or [None]:
        config = f"`{piece.relative_to(PIECES).with_suffix('')}`" if piece else ""
        figure = figures.get(piece.stem, "") if piece and piece.parent.name == "methods" else ""
        yield f"| {head} | {config} | {figure} |"
        head = " | | "


@cache
def _pieces() -> dict[Path, str]:
    """The code of all pieces of configs; of a method with what it inherits."""
    return {
        path: str(Config.fromfile(path)) if path.parent.name == "methods" else path.read_text()
        for path in sorted(PIECES.rglob("*.py"))
        if path.parent.name not in ("ablation", "protocols")
    }


def _figures() -> dict[str, str]:
    """MAP on Corel5k, frozen, of each method in the settings."""
    cells = summary(pd.read_csv(RUNS), "test_mAP_last")
    return {
        method: ", ".join(
            _figure(cells.loc[method, setting]) if (method, setting) in cells.index else "-"
            for setting in SETTINGS
        )
        for method in cells.index.levels[0]
    }


def _figure(cell: pd.Series) -> str:
    """Mean, and deviation if there are several seeds."""
    return f"{cell['mean']:.1f}" + (f" ± {cell['std']:.1f}" if cell["count"] > 1 else "")

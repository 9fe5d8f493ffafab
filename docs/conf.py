"""How Sphinx builds these pages: ``sphinx-build -W docs docs/_build``."""

import re
import sys
from functools import partial
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parent
ROOT = DOCS.parent
sys.path[:0] = [str(ROOT), str(DOCS)]

import component_table  # noqa: E402

project = "mmpartial"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "mmpartial"
myst_heading_anchors = 3
napoleon_use_ivar = True  # attributes may have the names of options
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # they are in the signatures, and in words in the docstrings

# Pages whose text is a file elsewhere in the repository.
ELSEWHERE = {
    "index": "README.md",
    "configs": "configs/README.md",
}
LINK = re.compile(r"(!?\[[^\]]*\])\(([^)#\s:]+)(#[^)\s]*)?\)")


def complete(app: Any, docname: str, source: list[str]) -> None:
    """Add what a page takes from elsewhere, and let links point to pages."""
    origin = ROOT / ELSEWHERE.get(docname, f"docs/{docname}.md")
    text = source[0]
    if docname in ELSEWHERE:
        toctree = text[text.find("```{toctree}") :] if "```{toctree}" in text else ""
        text = origin.read_text() + toctree
    elif docname == "components":
        text += component_table.markdown()
    source[0] = LINK.sub(partial(_link, origin.parent), text)


def _link(folder: Path, match: re.Match) -> str:
    """A link as seen from these pages; the name of a file that has no page."""
    text, target, anchor = match[1], match[2], match[3] or ""
    path = (folder / target).resolve()
    for page, file in ELSEWHERE.items():
        if path == ROOT / file:
            return f"{text}(/{page}.md{anchor})"
    if path.is_relative_to(DOCS):
        return f"{text}(/{path.relative_to(DOCS)}{anchor})"
    return f"`{path.relative_to(ROOT)}`"


def find_class(app: Any, env: Any, node: Any, content: Any) -> Any:
    """Let ``mmpartial.X``, as docstrings write it, point to the class in its module."""
    _, _, name = node["reftarget"].rpartition("mmpartial.")
    domain = env.get_domain("py")
    for full in domain.objects:
        if full.startswith("mmpartial.") and full.endswith(f".{name}"):
            where = (node["refdoc"], app.builder, "obj", full)
            return domain.resolve_xref(env, *where, node, content)
    return None


def setup(app: Any) -> None:
    """Called by Sphinx."""
    app.connect("source-read", complete)
    app.connect("missing-reference", find_class)

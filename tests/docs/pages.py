"""The README, the pages of docs/ and configs/README.md, and the code blocks in them."""

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
PAGES = [README, ROOT / "configs" / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PAGES = [page for page in PAGES if "_build" not in page.parts]
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", flags=re.S | re.M)


class Block(NamedTuple):
    """A code block, and the page that has it."""

    page: str
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}: {self.text.splitlines()[0]}"


BLOCKS = [
    Block(str(page.relative_to(ROOT)), *found)
    for page in PAGES
    for found in _BLOCK.findall(page.read_text())
]


def blocks(language: str) -> list[Block]:
    """All blocks of a language."""
    return [block for block in BLOCKS if block.language == language]


def block(language: str, containing: str) -> str:
    """The text of the only block that contains another one."""
    (found,) = (block.text for block in blocks(language) if containing in block.text)
    return found

"""Executes the code of authors of losses from clones of their repositories."""

import re
import warnings
from pathlib import Path
from types import SimpleNamespace
from typing import Any


class Authors:
    """The authors' code.

    Args:
        folder: Where the clones of their repositories are.
    """

    # Imports of their other files, and of libraries that read files and draw plots.
    UNUSED = re.compile(
        r"^(from \.|(import|from) (losses|mmcv|matplotlib|sklearn|pandas)).*$", re.M
    )

    def __init__(self, folder: Path):
        self.folder = folder

    def load(self, repository: str, *files: str) -> Any:
        """Execute files one after the other, and return their definitions as one module.

        Their code runs on a GPU; replacements in its text make it run on the CPU.
        """
        names: dict[str, Any] = {
            "__name__": repository,
            "print": lambda *args: None,
            "mmcv": SimpleNamespace(load=lambda file: file),  # the argument holds the contents
            "LOSSES": SimpleNamespace(register_module=lambda cls: cls),
        }
        for file in files:
            path = self.folder / repository / file
            text = path.read_text().replace(".cuda()", "").replace("('cuda')", "('cpu')")
            # LL compares texts by identity, and the result depends on the interpreter.
            text = self.UNUSED.sub("", text).replace("is 'LL-Cp'", "== 'LL-Cp'")
            # DB adds to the logits in place, which torch forbids for leaves.
            text = text.replace("logits += self.init_bias", "logits = logits + self.init_bias")
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                exec(compile(text, path, "exec"), names)
        return SimpleNamespace(**names)

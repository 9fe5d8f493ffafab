"""The page lists each value that a run logs, and the report explains the same ones."""

import re

from mmpartial.reports.log_values import LOG_VALUES
from tests.docs.pages import ROOT

ROW = re.compile(r"^\| `(\w+)` \| (.+) \|$", re.M)
MODELS = ROOT / "mmpartial" / "models"
SINGLE = re.compile(r"""\bself\.diagnostics\[["'](\w+)["']\]""")
SEVERAL = re.compile(r"self\.diagnostics(?: = dict|\.update)\(([^)]*)")
PART = re.compile(r"""losses\[["'](\w+)["']\]""")


def logged():
    """The names that the code of losses and classifiers gives to logged values."""
    texts = [path.read_text() for path in MODELS.rglob("*.py")]
    for text in texts:
        yield from SINGLE.findall(text)
        yield from PART.findall(text)
        for arguments in SEVERAL.findall(text):
            yield from re.findall(r"(\w+)=", arguments)


def test_the_page_and_the_report_say_the_same():
    page = (ROOT / "docs" / "log_values.md").read_text()
    assert dict(ROW.findall(page.split("## Names in the log")[1])) == LOG_VALUES


def test_all_names_of_losses_are_listed():
    names = {*logged()}
    assert {"alpha", "known_part", "d", "corrected", "modifier_loss"} <= names
    assert names <= {*LOG_VALUES}

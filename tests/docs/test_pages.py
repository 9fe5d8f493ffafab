"""Files, links, components, tables and figures that the pages name are there."""

import re
import sys
from importlib import import_module

import pandas as pd
import pytest

from mmpartial.comparison.table import markdown, summary
from mmpartial.datasets.settings import SETTINGS
from mmpartial.evaluation.named_metrics import NAMES
from mmpartial.formats import FORMATS
from mmpartial.registry import registered
from tests.docs.pages import PAGES, README, ROOT
from tests.test_import_order import ORDER

TEXTS = {str(page.relative_to(ROOT)): page.read_text() for page in PAGES}
# Those that the pages tell to write.
NEW = {"configs/mine.py", "my.py", "serve.py",
       "configs/_base_/methods/weak_negative.py",
       "docs/_build", "weak_negative.py", "weak_negative_loss.py",
       "mmpartial/models/losses/weak_negative_loss.py",
       "mmpartial/datasets/settings/biased.py",
       "mmpartial/formats/signed_words.py",
       "tests/formats/test_signed_words.py",
       "tests/models/test_weak_negative_loss.py"}  # fmt: skip
PATH = re.compile(r"(?<![\w/.-])(?:configs|tools|mmpartial|docs|tests)/[\w./*-]*[\w/*]")
FILE = re.compile(r"`([\w./*-]+\.py)`")
FOLDERS = ["", "tools", "configs", "configs/csl", "configs/_base_", "configs/_base_/*"]
PLACEHOLDER = re.compile("[A-Z]{4}")  # MODEL_DATASET_SETTING.py
LINK = re.compile(r"\]\(([^)#\s:]*)(#[^)\s]*)?\)")
AUTOMODULES = re.findall(r"automodule:: (\S+)\n((?: +:.*\n)*)", "".join(TEXTS.values()))
RESULTS = ROOT / "tools" / "benchmarks" / "results"


@pytest.mark.parametrize("page", TEXTS)
def test_files(page):
    text = re.sub(r"\$\{?[A-Z]+\}?", "*", TEXTS[page])  # a variable of a command
    for path in {*PATH.findall(text)} - NEW:
        assert list(ROOT.glob(path.rstrip("/"))), path
    for path in {*FILE.findall(TEXTS[page])} - NEW:
        found = any(list(ROOT.glob(f"{folder}/{path}".lstrip("/"))) for folder in FOLDERS)
        assert found or PLACEHOLDER.search(path), path


@pytest.mark.parametrize("page", TEXTS)
def test_links(page):
    for target, anchor in LINK.findall(re.sub("```.*?```", "", TEXTS[page], flags=re.S)):
        path = ((ROOT / page).parent / target) if target else ROOT / page
        assert path.exists(), target
        if anchor:
            assert anchor[1:] in headings(path.read_text()), target + anchor


def headings(text):
    """The anchors of a page, as GitHub makes them."""
    found = re.findall(r"^#+ (.*)$", text, flags=re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in found}


def test_components():
    known = {*registered(), "X", "NAME", "WeakNegativeLoss"}
    for page, text in TEXTS.items():
        for name in re.findall(r"""[`"']mmpartial\.([A-Z]\w*)""", text):
            assert name in known, (page, name)


def test_the_table_of_components_has_all(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "docs"))
    import component_table

    table = component_table.markdown()
    for name in registered():
        assert f"| `{name}` |" in table
    for method in (ROOT / "configs" / "_base_" / "methods").glob("*.py"):
        assert f"`methods/{method.stem}`" in table
    rows = {line.split("`")[1]: line for line in table.splitlines() if line.startswith("| `")}
    assert "<https://arxiv.org/abs/2112.07368>" in rows["HillLoss"]
    assert "60.3 ± 0.9, 55.8 ± 0.3" in rows["WeakAssumeNegativeLoss"]
    sys.modules.pop("component_table")


def test_the_table_of_metrics():
    rows = TEXTS["docs/evaluation.md"].split("## Further metrics")[1].split("\n\n")[3]
    names = re.findall(r"`(\S+?)`", "".join(re.findall(r"^\| (.*?) \|", rows, flags=re.M)))
    assert {*names} - {"f0.5"} == {*NAMES}


def test_tables_of_settings_and_formats():
    cells = re.findall(r"^\| (`.*?) \|", TEXTS["docs/labels.md"], flags=re.M)
    assert sorted(cell.strip("`") for cell in cells) == sorted([*SETTINGS, "None"])
    rows = TEXTS["docs/formats.md"].split("| `format` |")[1].split("\n\n")[0]
    names = re.findall(r"^\| (.*?) \|", rows, flags=re.M)
    assert {*re.findall(r"`(\w+)`", " ".join(names))} == {*FORMATS}


def test_the_table_of_folders_is_the_import_order():
    folders = re.findall(r"^\| `mmpartial/(\w+)/`", TEXTS["docs/architecture.md"], flags=re.M)
    assert folders == list(ORDER)


@pytest.mark.parametrize("name, options", AUTOMODULES)
def test_the_reference_has_what_modules_have(name, options):
    """A package that only imports what it has shows nothing without an option."""
    module = import_module(name)
    own = [x for x in vars(module).values() if getattr(x, "__module__", None) == name]
    assert own or ":imported-members:" in options


def test_the_readme_table_is_that_of_the_results():
    rows = pd.read_csv(RESULTS / "frozen_corel5k.csv")
    table = markdown(rows, "test_mAP_last").splitlines()
    measured = {line.split(" | ", 1)[1] for line in table if "±" in line}
    row = r"^\| (?:AN|IU|WAN|ASL|EM|GR|two-way|mmpartial)\b.*? \| (.*±.*)$"
    shown = re.findall(row, README.read_text(), flags=re.M)
    assert len(shown) == 8 and set(shown) <= measured


def test_the_sentence_on_cells():
    """How far three methods are behind the best, at worst and on average."""
    behind = []
    for data in ("corel5k", "voc2012_subset", "coco6k"):
        cells = summary(pd.read_csv(RESULTS / f"frozen_{data}.csv"), "test_mAP_last")["mean"]
        table = cells.unstack("method")
        assert table.shape == (8, 11)
        behind.append(table.rsub(table.max(axis=1), axis=0))
    cells = pd.concat(behind)
    worst, mean = cells.max(), cells.mean().round(2)
    own, *_ = names = ["partial_imbalance", "gr", "ll_r"]
    assert mean.drop(names).min() > mean[names].max()
    sentence = (
        f"On average it is {mean[own]} behind the best method, GR and LL-R {mean['gr']}. It is at "
        f"most {worst[own]:.2f} behind, GR {worst['gr']:.1f} and LL-R {worst['ll_r']:.1f}."
    )
    assert mean["gr"] == mean["ll_r"]
    assert sentence in README.read_text()


def test_the_table_of_other_photos():
    """How far seven methods are behind the best one, on average and at most."""
    files = [RESULTS / f"frozen_{name}.csv" for name in ("unseen", "plant_pathology")]
    cells = {}
    for data, rows in pd.concat(map(pd.read_csv, files)).groupby("dataset"):
        means = summary(rows, "test_mAP_last")["mean"].unstack("method")
        assert means.shape == (5, 7)
        behind = means.rsub(means.max(axis=1), axis=0)
        cells[data] = behind.apply(lambda column: f"{column.mean():.1f}, {column.max():.1f}")
    order = ["cars", "posters", "clothes", "faces", "products", "plant_pathology"]
    table = pd.DataFrame(cells)[order]
    for method, name in {"partial_imbalance": "mmpartial: the default", "gr": "GR", "ll_r": "LL-R",
                         "em": "EM", "ignore_unknown": "IU", "assume_negative": "AN",
                         "weak_assume_negative": "WAN"}.items():  # fmt: skip
        assert f"| {' | '.join([name, *table.loc[method]])} |" in README.read_text()


def test_the_picture(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools" / "benchmarks"))
    import picture

    tables = {title: pd.read_csv(RESULTS / file) for file, title in picture.DATASETS.items()}
    picture.draw(tables, tmp_path / "frozen.svg")
    text = (tmp_path / "frozen.svg").read_text()
    assert all(f">{name}<" in text for name, _ in picture.METHODS.values())
    assert (ROOT / "docs" / "frozen.svg").stat().st_size < 100_000
    sys.modules.pop("picture")

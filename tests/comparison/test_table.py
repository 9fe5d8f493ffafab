"""Means and Markdown against numbers worked out by hand."""

import pandas as pd
import pytest

from mmpartial.comparison.table import COLUMNS, ONE_SEED, RULE, markdown, rates, summary


def rows(*found):
    """(method, setting, ratio, seed, lr, held-out mAP, test mAP, chosen, status)."""
    names = ["method", "setting", "ratio", "seed", "lr", "held_out_mAP", "test_mAP_last"]
    table = pd.DataFrame(found, columns=[*names, "chosen", "status"])
    return table.reindex(columns=list(COLUMNS))


def done(method, setting, ratio, seed, value, lr=0.1, held_out=50.0, chosen=True):
    return method, setting, ratio, seed, lr, held_out, value, chosen, "done"


TABLE = rows(
    done("an", "FAL", None, 0, 60.0), done("an", "FAL", None, 1, 62.0),
    done("an", "PAL", 0.3, 0, 40.0), done("an", "PAL", 0.3, 1, 43.0),
    done("wan", "FAL", None, 0, 61.0), done("wan", "FAL", None, 1, 61.02),
    done("wan", "PAL", 0.3, 0, 50.0),
    ("wan", "PAL", 0.3, 1, 0.1, None, None, True, "failed"),
    done("role", "FAL", None, 0, 30.0), done("role", "FAL", None, 1, 30.0),
    done("role", "PAL", 0.3, 0, 45.0), done("role", "PAL", 0.3, 1, 45.0),
    done("role", "PAL", 0.3, 0, 99.0, lr=0.3, chosen=False),
)  # fmt: skip


def test_markdown():
    """A lead of 1.02 and 0.0 points in two seeds is noise; a failed run is not counted."""
    assert markdown(TABLE, "test_mAP_last") == (
        "| | FAL | PAL 0.3 |\n|---|---|---|\n"
        "| an | 61.0 ± 1.4 | 41.5 ± 2.1 |\n"
        "| wan | 61.0 ± 0.0 | 50.0 (1) |\n"
        "| role | 30.0 ± 0.0 | 45.0 ± 0.0 |\n\n" + RULE
    )


def test_bold_is_a_lead_above_noise():
    """The seeds differ by 20 points, but an is 3 points above role in each of them."""
    table = rows(
        *(done("an", "SPL", None, seed, 43.0 + 20 * seed) for seed in (0, 1)),
        *(done("role", "SPL", None, seed, 40.0 + 20 * seed) for seed in (0, 1)),
    )
    assert "| an | **53.0 ± 14.1** |\n| role | 50.0 ± 14.1 |" in markdown(table, "test_mAP_last")


def test_one_seed_has_no_bold():
    table = rows(done("an", "SPL", None, 0, 60.0), done("role", "SPL", None, 0, 20.0))
    assert markdown(table, "test_mAP_last").endswith(
        "| an | 60.0 |\n| role | 20.0 |\n\n" + ONE_SEED
    )


def test_nothing_done_has_no_table():
    nothing = TABLE.assign(status="failed")
    assert markdown(nothing, "test_mAP_last") == "No run has finished.\n"


def test_nothing_done_in_a_setting_with_a_ratio():
    rows = pd.DataFrame([dict.fromkeys(COLUMNS) | dict(setting="PAL", ratio=0.3, method="a")])
    assert markdown(rows.assign(status="failed", chosen=True), "test_mAP_last").startswith("No run")


def test_summary():
    cell = summary(TABLE, "test_mAP_last").loc[("an", "PAL 0.3")]
    assert cell["mean"] == 41.5 and cell["std"] == pytest.approx(2.12132) and cell["count"] == 2


def test_table_of_rates():
    assert rates(TABLE.assign(lr=[0.1] * 4 + [3e-4] * 9)) == (
        "| | FAL | PAL 0.3 |\n|---|---|---|\n| an | 0.1 | 0.1 |\n| wan | 0.0003 | 0.0003 |\n"
        "| role | 0.0003 | 0.0003 |\n"
    )

"""Means and Markdown against numbers worked out by hand."""

import pandas as pd
import pytest

from mmpartial.comparison.plots import gains, plot_gains, plot_shares, shares
from mmpartial.comparison.table import COLUMNS, markdown, rates, summary


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
    """61.0 and 61.01 are printed alike and share the first place; a failed run is not counted."""
    assert markdown(TABLE, "test_mAP_last") == (
        "| | FAL | PAL 0.3 |\n|---|---|---|\n"
        "| an | **61.0 ± 1.4** | 41.5 ± 2.1 |\n"
        "| wan | **61.0 ± 0.0** | **50.0** (1) |\n"
        "| role | <u>30.0 ± 0.0</u> | <u>45.0 ± 0.0</u> |\n"
    )


def test_one_method_has_no_second_and_nothing_done_has_no_table():
    table = rows(done("an", "SPL", None, 0, 60.0))
    assert markdown(table, "test_mAP_last").endswith("| an | **60.0** |\n")
    nothing = table.assign(status="failed")
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


def test_shares_have_full_labels_as_share_one_of_pal(tmp_path):
    panels = shares(TABLE, "test_mAP_last")
    assert list(panels) == ["PAL"]
    an = panels["PAL"][panels["PAL"].method == "an"]
    assert an.ratio.tolist() == [0.3, 1.0] and an["mean"].tolist() == [41.5, 61.0]
    assert plot_shares(TABLE, "test_mAP_last", tmp_path / "a.png")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert not plot_shares(TABLE[TABLE.setting == "FAL"], "test_mAP_last", tmp_path / "b.png")


def classes(method, seed, values, label="SPL"):
    names = [f"c{i}" for i in range(len(values))]
    positives = [10 * (i + 1) for i in range(len(values))]
    return pd.DataFrame(
        {"class": names, "train_positives": positives, "AP_last": values}
    ).assign(method=method, label=label, seed=seed)  # fmt: skip


def test_gains_of_groups_of_classes(tmp_path):
    """Ten classes in eight groups: the two least frequent pairs together."""
    table = pd.concat([
        classes("assume_negative", 0, [10.0] * 10), classes("assume_negative", 1, [20.0] * 10),
        classes("role", 0, [20.0, 30, *[10] * 8]), classes("role", 1, [20.0, 30, *[20] * 8]),
    ])  # fmt: skip
    found = gains(table.sample(frac=1, random_state=0), "AP_last")
    assert found.method.unique().tolist() == ["role"] and found.number.tolist() == [2, 2, *[1] * 6]
    assert found.positives.tolist() == [15, 35, 50, 60, 70, 80, 90, 100]
    assert found.gain.tolist() == [10, *[0] * 7]  # (20 - 15 + 30 - 15) / 2
    assert plot_gains(table, "AP_last", tmp_path / "a.png") and (tmp_path / "a.png").exists()
    assert not plot_gains(table[table.method == "role"], "AP_last", tmp_path / "b.png")

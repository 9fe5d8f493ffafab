"""Which checkpoints a benchmark keeps."""

import pytest

from tests.comparison.pretended import TUNED, benchmark, fail_twice

pytestmark = pytest.mark.usefixtures("no_plots")


@pytest.mark.slow
def test_the_checkpoint_of_the_best_method_is_kept(tmp_path):
    """After all runs, the first seed's with the chosen rate; more seeds do not bring it back."""
    benchmark(tmp_path, keep_best=True, **TUNED).run(at_once=3)
    kept = {f"role/{setting}/lr0.3/seed0/best.pth" for setting in ("PAL0.3", "SPL")}
    assert {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("best.pth")} == kept
    table = (tmp_path / "table.md").read_text()
    assert "- PAL 0.3: role, role/PAL0.3/lr0.3/seed0/best.pth\n- SPL: role, role/SPL/" in table
    (tmp_path / "role/SPL/lr0.3/seed0/best.pth").unlink()
    benchmark(tmp_path, keep_best=True, **TUNED).run(at_once=3)
    table = (tmp_path / "table.md").read_text()
    assert (
        "- SPL: role, whose checkpoint is gone (train again with role/SPL/lr0.3/seed0/config.py)"
        in table
    )
    benchmark(tmp_path, **TUNED).run(at_once=3)
    assert (tmp_path / "role/PAL0.3/lr0.3/seed0/best.pth").exists()


def test_a_method_with_a_failed_seed_does_not_win(tmp_path):
    """Its mean would be that of other held-out images."""
    made = benchmark(tmp_path, settings=["SPL"], train=fail_twice, keep_best=True)
    made.run(at_once=2)
    assert made.report.winners()["SPL"].method == "assume_negative"

"""The rates that the first seed chooses, against rates worked out by hand."""

from mmpartial.comparison import Run
from mmpartial.comparison.plan import Plan


def rates(plan, scores):
    """The chosen rate of each method and setting, for held-out scores by (method, setting, lr)."""
    held_out = {Run(m, s, plan.seeds[0], lr): score for (m, s, lr), score in scores.items()}
    return {(run.method, run.setting): run.lr for run in plan.seed_runs(held_out)}


def test_each_setting_takes_the_rate_with_the_best_held_out_score():
    """Of two equally good rates the lower one; a failed rate is out, and so are all if all fail."""
    plan = Plan(["an"], ["FAL", "PAL0.3", "PAL0.6", "SPL"], [0, 1], [0.3, 0.1])
    scores = {
        ("an", "FAL", 0.1): 50.0, ("an", "FAL", 0.3): 49.0,
        ("an", "PAL0.3", 0.3): 20.0, ("an", "PAL0.3", 0.1): 20.0,
        ("an", "PAL0.6", 0.3): 30.0,
    }  # fmt: skip
    expected = {("an", "FAL"): 0.1, ("an", "PAL0.3"): 0.1, ("an", "PAL0.6"): 0.3}
    assert rates(plan, scores) == expected
    assert [run.seed for run in plan.seed_runs({Run("an", "FAL", 0, 0.1): 1.0})] == [0, 1]
    assert plan.seed_runs({Run("an", "FAL", 1, 0.1): 1.0}) == []  # the second seed chooses nothing


def test_one_rate_for_a_method_is_that_of_the_best_mean():
    """A rate that fails in one of the settings is out, however good it is in the others."""
    plan = Plan(["an", "wan"], ["FAL", "PAL0.3", "SPL"], [0], [0.1, 0.3, 1.0], ["FAL", "PAL0.3"])
    scores = {
        ("an", "FAL", 0.1): 50.0, ("an", "PAL0.3", 0.1): 20.0,
        ("an", "FAL", 0.3): 49.0, ("an", "PAL0.3", 0.3): 22.0,
        ("an", "FAL", 1.0): 90.0,
        ("wan", "FAL", 0.1): 1.0, ("wan", "PAL0.3", 0.1): 1.0,
    }  # fmt: skip
    chosen = {"an": 0.3, "wan": 0.1}
    assert rates(plan, scores) == {(m, s): lr for m, lr in chosen.items() for s in plan.settings}

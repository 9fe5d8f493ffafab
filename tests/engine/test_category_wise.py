"""Category-wise fine-tuning of the rows of a linear head."""

import numpy as np
import pytest
import torch

from mmpartial.engine import category_wise
from mmpartial.engine.category_wise import finetune_rows, promise
from mmpartial.engine.class_optimizers import COPIES, MUTATION, GeneticOptimizer, HeadInputs
from mmpartial.evaluation.exact_ranking import ExactRanking
from tests.models.golden import FOLDER

GOLDEN = {name: torch.from_numpy(value) for name, value in np.load(FOLDER / "cft.npz").items()}


def golden_inputs():
    """Rows, training images and held-out images, the feature 1 included."""
    train, valid = (
        HeadInputs(with_one(GOLDEN[f"z_{part}"]), GOLDEN[f"y_{part}"])
        for part in ("train", "valid")
    )
    return torch.cat([GOLDEN["weight"], GOLDEN["bias"][:, None]], 1), train, valid


def with_one(features):
    return torch.cat([features, torch.ones(len(features), 1, dtype=features.dtype)], 1)


def random_inputs(seed):
    rng = np.random.default_rng(seed)
    truth = rng.normal(size=(7, 6))

    def part(number):
        features = with_one(torch.tensor(rng.normal(size=(number, 5))))
        known = rng.random((number, 7)) < 0.5
        positive = features.numpy() @ truth.T + rng.normal(0, 2, (number, 7)) > 1
        return HeadInputs(features, torch.tensor(np.where(known, positive, -1).astype(np.int8)))

    return torch.tensor(rng.normal(0, 0.01, (7, 6))), part(50), part(30)


def metric(rows, inputs):
    """Average precision of the metric."""
    ranking = ExactRanking(len(rows))
    scores = (inputs.features @ rows.T).numpy()
    ranking.add(ranking.order(scores), inputs.labels.numpy())
    return ranking.per_class()[0]


def test_golden():
    rows, train, valid = golden_inputs()
    steps, patience = (int(GOLDEN[name]) for name in ("epochs", "early_stopping"))
    lr = GOLDEN["lr"].item()
    found = finetune_rows(rows, train, valid, steps=steps, patience=patience, prior=0, lr=lr)
    torch.testing.assert_close(found.rows[:, :-1], GOLDEN["tuned_weight"], rtol=1e-6, atol=0)
    torch.testing.assert_close(found.rows[:, -1], GOLDEN["tuned_bias"], rtol=1e-6, atol=0)
    changed = (found.rows != rows).any(1)
    assert found.step[:3].tolist() == [-1, -1, 0] and torch.equal(changed, found.step > 0)


@pytest.mark.parametrize("method, options", [("gradient", dict(lr=1e-3)), ("genetic", {})])
@pytest.mark.parametrize("seed", range(3))
def test_no_class_is_worse_on_held_out_images(method, options, seed):
    """If each chooses by itself."""
    rows, train, held_out = random_inputs(seed)
    before = metric(rows, held_out)
    found = finetune_rows(rows, train, held_out, method, steps=30, prior=0, **options)
    after = metric(found.rows, held_out)
    np.testing.assert_allclose(found.before, before)
    np.testing.assert_allclose(found.after, after)
    better = (found.step > 0).numpy()
    assert better.any() and (after[better] > before[better]).all()
    assert torch.equal(found.rows[~better], rows[~better])


@pytest.mark.parametrize("method, options", [("gradient", dict(lr=1e-3)), ("genetic", {})])
def test_a_class_by_itself_does_not_depend_on_the_others(method, options):
    rows, train, held_out = random_inputs(0)
    options = dict(options, method=method, steps=12, patience=3, prior=0)
    together = finetune_rows(rows, train, held_out, **options)
    assert len(set(together.step.tolist())) > 2
    without = [held_out.labels.clone(), train.labels.clone()]
    for labels in without:
        labels[:, [0, 2, 4]] = -1
    parts = HeadInputs(train.features, without[1]), HeadInputs(held_out.features, without[0])
    alone = finetune_rows(rows, *parts, **options)
    assert alone.step[[0, 2, 4]].tolist() == [-1] * 3
    assert torch.equal(together.step[[1, 3, 5, 6]], alone.step[[1, 3, 5, 6]])
    torch.testing.assert_close(together.rows[[1, 3, 5, 6]], alone.rows[[1, 3, 5, 6]])


@pytest.mark.parametrize("method, options", [("gradient", dict(lr=1e-3)), ("genetic", {})])
def test_classes_in_parts(method, options, monkeypatch):
    """Many classes take turns in each step, and it changes nothing."""
    rows, train, held_out = random_inputs(0)
    options = dict(options, method=method, steps=12, prior=5)
    together = finetune_rows(rows, train, held_out, **options)
    monkeypatch.setattr(category_wise, "_CHUNK", 1)  # a class at a time
    alone = finetune_rows(rows, train, held_out, **options)
    assert (together.step > 0).any() and torch.equal(together.step, alone.step)
    torch.testing.assert_close(together.rows, alone.rows)


def test_luck_changes_hardly_any_class():
    """Labels that have nothing to do with the images: each class alone finds a lucky step."""
    generator = torch.Generator().manual_seed(0)
    rows = torch.randn(60, 9, generator=generator) * 0.1
    parts = [
        HeadInputs(
            with_one(torch.randn(n, 8, generator=generator)),
            (torch.rand(n, 60, generator=generator) < 0.05).long(),
        )
        for n in (200, 60)
    ]
    by_itself, drawn = (finetune_rows(rows, *parts, steps=60, prior=k, lr=1e-2) for k in (0, 30))
    assert (by_itself.step > 0).sum() > 40 and (drawn.step > 0).sum() < 5
    assert (by_itself.after - by_itself.before).nanmean() > 0.02  # which means nothing


def test_a_class_with_few_labels_follows_the_others():
    gain = torch.full((20,), 0.1).index_fill(0, torch.tensor([0, 1]), -0.2)
    labels = torch.full((20,), 50).index_fill(0, torch.tensor(0), 1)
    promised = promise(gain, labels, 30)
    assert promised[0] > 0 > promised[1] and (promised[2:] > 0).all()
    torch.testing.assert_close(promise(gain, labels, 0), gain)
    one = promise(gain[:1], labels[:1], 30)
    torch.testing.assert_close(one, gain[:1])  # no others


def test_a_generation():
    """The fittest survives; a child has each weight of one of two parents, or nearly so."""
    rows, train, _ = random_inputs(1)
    optimizer = GeneticOptimizer(rows, train, torch.arange(7), seed=3)
    optimizer.population = optimizer.population + torch.rand(COPIES, 7, 6)
    old = optimizer.population
    fitness = torch.tensor(np.stack([metric(copy, train) for copy in old]))
    fittest = old[fitness.argmax(0), torch.arange(7)]
    assert torch.equal(optimizer.step(), fittest)
    new = optimizer.population
    assert torch.equal(new[0], fittest)
    near = (new[:, None] - old[None]).abs().amin(1)  # of each weight to that of some copy
    changed = (near > 1e-12).any(2)[1:]
    assert near.max() <= MUTATION and 0.3 < changed.double().mean() < 0.7
    parents = (new[1:, None] - old[None]).abs() <= MUTATION
    assert (parents.any(1).all(2)).all() and not parents.all(3).any(1).all()


def test_a_class_stops_without_improvement():
    rows, train, held_out = random_inputs(0)
    short = finetune_rows(rows, train, held_out, steps=200, patience=2, lr=1e-3)
    long = finetune_rows(rows, train, held_out, steps=200, patience=200, lr=1e-3)
    assert (short.step <= long.step).all() and (short.step < long.step).any()

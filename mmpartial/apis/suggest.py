"""Chooses the unknown labels that are most worth asking for."""

from pathlib import Path

import pandas as pd
from mmengine.config import Config

from ..formats.common.output_paths import check_target
from ..utils.log import warn
from ..utils.nested import walk
from .questions.choosing import Limits
from .questions.files import check_out, write_questions
from .questions.next_command import note_next_command
from .questions.pool import Pool
from .questions.strategies import DEFAULT, STRATEGIES
from .training_images import TrainedOn


def suggest(
    checkpoint: str | Path,
    config: str | Path | Config | None = None,
    *,
    budget: int = 500,
    strategy: str = DEFAULT,
    cost: str = "question",
    per_class: int | None = None,
    per_image: int | None = None,
    near: float | None = 0.95,
    seed: int = 0,
    out: str | Path | None = None,
    force: bool = False,
) -> pd.DataFrame:
    """Choose unknown labels of the training images to ask somebody for.

    Args:
        checkpoint: A checkpoint of a run with a head of mmpartial.
        config: The config, if it is not the one in the checkpoint.
        budget: The number of questions, or of images with ``cost='image'``.
        strategy: A name in ``STRATEGIES`` of :mod:`mmpartial.apis.questions.strategies`.
        cost: ``'question'`` if each answer costs the same, ``'image'`` if each image does.
        per_class: The highest number of questions about a class; None for no limit.
        per_image: The highest number of questions about an image; None for no limit.
        near: Two images do not both get a question about a class if the cosine of their features is
            at least this; None compares no images.
        seed: Decides between questions with equal scores.
        out: A file for the questions, as :func:`~mmpartial.apis.questions.files.write_questions`
            writes it.
        force: Overwrite ``out``.

    Returns:
        A row for each question, with ``image``, ``class``, ``probability``, ``answer`` (blank) and
        ``reason``. The questions about an image are next to each other, and the image with the best
        question comes first.

    Raises:
        FileExistsError: ``out`` exists.
        FileNotFoundError: There is no such checkpoint.
        ValueError: An option is wrong, or no label is unknown.
    """
    if strategy not in STRATEGIES:
        raise ValueError(f"strategy={strategy!r}: choose one of {', '.join(STRATEGIES)}.")
    limits = Limits(budget, cost, per_class, per_image, near)
    if out is not None:
        check_out(str(out))
        check_target(out, force)
    trained = TrainedOn(checkpoint, config)
    pool = Pool(trained.dataset.annotations, STRATEGIES[strategy], limits, seed)
    for predictions in trained:
        pool.add(*predictions)
    chosen = pool.chosen()
    spent = chosen.image.nunique() if cost == "image" else len(chosen)
    if not spent:
        raise ValueError(
            f"{checkpoint} was trained on images without unknown labels, so there is nothing to "
            "ask: give a checkpoint of a training with unknown labels."
        )
    if spent < budget:
        warn(
            f"there are only {spent} {cost}s for the budget of {budget}: the limits and the "
            "unknown labels leave no more"
        )
    questions = _table(chosen, pool, STRATEGIES[strategy].reason)
    if out is not None:
        write_questions(questions, str(out))
        unlabelled = any(getattr(part, "unlabelled", ()) for part in walk(trained.dataset))
        note_next_command(trained.dataset, str(out), *["--new-images"] * unlabelled)
    return questions


def _table(chosen: pd.DataFrame, pool: Pool, reason: str) -> pd.DataFrame:
    """Questions with names and reasons; those about an image are next to each other."""
    found = pool.annotations
    first = pd.Series(range(len(chosen))).groupby(chosen.image.to_numpy()).transform("min")
    chosen = chosen.iloc[first.argsort(kind="stable").to_numpy()]
    counts = zip(pool.positive[chosen.cls], pool.known[chosen.cls], strict=True)
    return pd.DataFrame(
        {
            # images in memory have no path
            "image": [found.images[row] or found.names[row] for row in chosen.image],
            "class": [found.classes[cls] for cls in chosen.cls],
            "probability": chosen.probability.to_numpy(),
            "answer": "",
            "reason": [reason.format(positive=positive, known=known) for positive, known in counts],
        }
    )

"""Optimizers of the rows of a linear head, each of which is a separate problem."""

from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from ..evaluation.average_precision import average_precision
from ..labels import NEGATIVE, POSITIVE, LabelBatch
from ..models.losses import PartialAsymmetricLoss
from ..utils.counter_rng import uniform

LEARNING_RATE = 1e-4
COPIES = 50
CROSSOVER = 0.2
MUTATED = 0.5
MUTATION = 1e-3


@dataclass
class HeadInputs:
    """The features that a linear head takes, and the labels.

    Attributes:
        features: ``(N, D + 1)``; the last one is 1, and its weight is the bias.
        labels: ``(N, C)``, 1, 0 or -1.
    """

    features: Tensor
    labels: Tensor

    def of(self, classes: Tensor) -> "HeadInputs":
        """The labels of some classes."""
        return HeadInputs(self.features, self.labels[:, classes])

    def has_both(self) -> Tensor:
        """Which classes have a known positive and a known negative, ``(C,)`` bool."""
        return self.fewer() > 0

    def fewer(self) -> Tensor:
        """The number of known positives or negatives of each class, whichever is less, ``(C,)``."""
        return torch.minimum((self.labels == POSITIVE).sum(0), (self.labels == NEGATIVE).sum(0))


class ClassOptimizer(Protocol):
    """Proposes a new row for each class in each step.

    Args:
        rows: ``(C, D + 1)``, where to start.
        inputs: The training images.
        numbers: ``(C,)``, the numbers of the classes in the head.

    Attributes:
        copies: The number of rows that the optimizer keeps for each class.
    """

    copies: int

    def __init__(self, rows: Tensor, inputs: HeadInputs, numbers: Tensor, **options: Any): ...

    def step(self) -> Tensor:
        """The next rows, ``(C, D + 1)``."""
        ...


class GradientOptimizer:
    """Adam on all images in each step, with the sum of the asymmetric losses of known labels.

    Args:
        rows, inputs, numbers: See :class:`ClassOptimizer`.
        lr: Learning rate.
    """

    copies = 1

    def __init__(
        self, rows: Tensor, inputs: HeadInputs, numbers: Tensor, lr: float = LEARNING_RATE
    ):
        self.loss = PartialAsymmetricLoss(gamma_neg=4, clip=0.05, unknown="ignore", average="sum")
        self.features, self.rows = inputs.features, nn.Parameter(rows.clone())
        self.batch = LabelBatch.from_target(inputs.labels.to(rows.dtype))
        self.adam = torch.optim.Adam([self.rows], lr=lr)

    def step(self) -> Tensor:
        """One step of Adam."""
        self.adam.zero_grad()
        self.loss(self.features @ self.rows.T, self.batch).backward()
        self.adam.step()
        return self.rows.detach()


class GeneticOptimizer:
    """A genetic algorithm whose fitness is average precision on the known training labels.

    There are 50 copies of each row. In each step, two parents of each child are drawn with
    probabilities in proportion to their fitness. The child takes each weight from the first parent
    with probability 0.2, and otherwise from the second. Half of the children are changed, by up to
    0.001 in each weight. The fittest copy is proposed, and survives. Draws depend only on seed,
    step and class.

    **Differs from the authors' code**, which proposes the fittest copy without its bias.

    Args:
        rows, inputs, numbers: See :class:`ClassOptimizer`.
        seed: Seed of the draws.
    """

    copies = COPIES

    def __init__(self, rows: Tensor, inputs: HeadInputs, numbers: Tensor, seed: int = 0):
        self.inputs, self.numbers, self.seed, self.steps = inputs, numbers, seed, 0
        self.population = rows.repeat(COPIES, 1, 1)

    def step(self) -> Tensor:
        """One generation."""
        fitness = self._fitness()
        first, second = self._parents(fitness, 0), self._parents(fitness, 1)
        children = torch.where(self._draw(2, genes=True) < CROSSOVER, first, second)
        change = (2 * self._draw(3, genes=True) - 1) * MUTATION
        children += change * (self._draw(4) < MUTATED)
        fittest = self._of(self.population, fitness.argmax(0, keepdim=True))
        self.population = torch.cat([fittest, children[1:]])
        self.steps += 1
        return fittest[0]

    def _fitness(self) -> Tensor:
        """Average precision of each copy, ``(50, C)``."""
        scores = self.inputs.features @ self.population.flatten(0, 1).T
        return average_precision(scores, self.inputs.labels.repeat(1, COPIES)).view(COPIES, -1)

    def _parents(self, fitness: Tensor, draw: int) -> Tensor:
        """A parent of each child, in proportion to fitness."""
        wheel = (fitness.cumsum(0) / fitness.sum(0)).T.contiguous()
        turn = self._draw(draw)[..., 0].T.contiguous()
        return self._of(self.population, torch.searchsorted(wheel, turn).T.clamp(max=COPIES - 1))

    @staticmethod
    def _of(population: Tensor, chosen: Tensor) -> Tensor:
        """Copies ``(n, C, D + 1)`` by their numbers ``(n, C)``."""
        return population[chosen, torch.arange(chosen.shape[1], device=chosen.device)]

    def _draw(self, number: int, genes: bool = False) -> Tensor:
        """Uniform numbers of this step, ``(50, C, D + 1)`` or ``(50, C, 1)``."""
        size = self.population.shape[2] if genes else 1
        device = self.population.device
        copy, gene = (torch.arange(n, device=device) for n in (COPIES, size))
        key = (number, copy[:, None, None], self.numbers[:, None], gene)
        return uniform(self.seed, self.steps, *key).to(self.population)


OPTIMIZERS: dict[str, type[ClassOptimizer]] = dict(
    gradient=GradientOptimizer, genetic=GeneticOptimizer
)

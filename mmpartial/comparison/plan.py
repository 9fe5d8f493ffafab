"""The runs of a benchmark."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .run import Run, parse_setting


@dataclass(frozen=True)
class Plan:
    """Methods x settings x seeds, with a learning rate for each method and setting.

    Attributes:
        methods: Names of methods.
        settings: Settings, as :func:`~mmpartial.comparison.parse_setting` reads them.
        seeds: Seeds of the reported runs: of network, hidden labels and held-out part.
        lrs: Learning rates to choose from, by held-out mAP; the base config's if empty.
        lr_settings: Settings that choose one rate for all, by their mean; if empty, each setting
            chooses its own rate.
        lr_seeds: Seeds that try all rates and choose by their mean; if empty, the first seed alone.

    Raises:
        ValueError: A setting is not known.
    """

    methods: Sequence[str]
    settings: Sequence[str]
    seeds: Sequence[int]
    lrs: Sequence[float] = ()
    lr_settings: Sequence[str] = ()
    lr_seeds: Sequence[int] = ()

    def __post_init__(self) -> None:
        for setting in (*self.settings, *self.lr_settings):
            parse_setting(setting)

    def tuning_runs(self) -> list[Run]:
        """List the runs that try all rates, if there is a choice."""
        if len(self.lrs) == 1:
            return []
        return [
            Run(method, setting, seed, lr)
            for seed in self._choosing
            for setting in self.lr_settings or self.settings
            for method in self.methods
            for lr in self.lrs
        ]

    def seed_runs(self, held_out: Mapping[Run, float]) -> list[Run]:
        """List the runs of all seeds with the chosen rates.

        Args:
            held_out: Held-out mAP of each of the :meth:`tuning_runs` that finished.
        """
        return [
            Run(method, setting, seed, lr)
            for seed in self.seeds
            for setting in self.settings
            for method in self.methods
            if (lr := self._rate(method, setting, held_out)) is not None
        ]

    @property
    def number_after_tuning(self) -> int:
        """The number of runs that remain after the rates are chosen."""
        settings = set(self.lr_settings or self.settings) & set(self.settings)
        known = len(settings) * len({*self._choosing} & {*self.seeds})
        return len(self.methods) * (len(self.settings) * len(self.seeds) - known)

    @property
    def _choosing(self) -> Sequence[int]:
        return self.lr_seeds or self.seeds[:1]

    def _rate(self, method: str, setting: str, held_out: Mapping[Run, float]) -> float | None:
        """Choose the rate with the best mean, and the lower of equal ones; None if all failed."""
        if len(self.lrs) == 1:
            return self.lrs[0]
        means = {}
        for lr in self.lrs:
            runs = [
                Run(method, of, seed, lr)
                for of in self.lr_settings or [setting]
                for seed in self._choosing
            ]
            if all(run in held_out for run in runs):
                means[lr] = np.mean([held_out[run] for run in runs])
        return max(means, key=lambda lr: (means[lr], -lr), default=None)

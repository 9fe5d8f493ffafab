"""The runs of a benchmark."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from .run import Run, parse_setting, setting_and_ratio
from .table import choose_rates, setting_labels


@dataclass(frozen=True)
class Plan:
    """Methods x settings x seeds, with a learning rate for each method and setting.

    Attributes:
        methods: Names of methods.
        settings: Settings, as :func:`~mmpartial.comparison.parse_setting` reads them.
        seeds: Seeds; the first one tries the rates.
        lrs: Learning rates to choose from.
        lr_settings: Settings whose mean chooses a method's rate for all settings; if there are
            none, each setting has its own rate.

    Raises:
        ValueError: A setting is not known.
    """

    methods: Sequence[str]
    settings: Sequence[str]
    seeds: Sequence[int]
    lrs: Sequence[float]
    lr_settings: Sequence[str] = ()

    def __post_init__(self) -> None:
        for setting in (*self.settings, *self.lr_settings):
            parse_setting(setting)

    def tuning_runs(self) -> list[Run]:
        """List the runs that try all rates with the first seed, if there is a choice."""
        if len(self.lrs) == 1:
            return []
        return [
            Run(method, setting, self.seeds[0], lr)
            for setting in self.lr_settings or self.settings
            for method in self.methods
            for lr in self.lrs
        ]

    def seed_runs(self, tried: pd.DataFrame) -> list[Run]:
        """List the runs of all seeds with the chosen rates.

        Args:
            tried: The rows of :meth:`tuning_runs`.
        """
        rate = self._rates(tried)
        return [
            Run(method, setting, seed, rate[method, setting])
            for seed in self.seeds
            for setting in self.settings
            for method in self.methods
            if (method, setting) in rate
        ]

    @property
    def number_after_tuning(self) -> int:
        """The number of runs that remain after tuning with the first seed."""
        known = len(set(self.lr_settings or self.settings) & set(self.settings))
        return len(self.methods) * (len(self.settings) * len(self.seeds) - known)

    @property
    def labels(self) -> dict[str, str]:
        """The column title of each setting."""
        table = pd.DataFrame([setting_and_ratio(setting) for setting in self.settings])
        return dict(zip(self.settings, setting_labels(table), strict=True))

    def _rates(self, tried: pd.DataFrame) -> dict[tuple[str, str], float]:
        pairs = [(method, setting) for method in self.methods for setting in self.settings]
        if len(self.lrs) == 1:
            return dict.fromkeys(pairs, self.lrs[0])
        if self.lr_settings:
            chosen = choose_rates(tried, self.seeds[0], by=["method"])
            return {(m, s): chosen[m,] for m, s in pairs if (m,) in chosen}
        label = self.labels
        chosen = choose_rates(tried, self.seeds[0])
        return {(m, s): chosen[m, label[s]] for m, s in pairs if (m, label[s]) in chosen}

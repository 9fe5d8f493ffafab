"""The axes of a chart: the places of values in the picture, and the ticks."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from matplotlib.ticker import LogLocator, MaxNLocator


@dataclass(frozen=True)
class Scale:
    """Values from ``low`` to ``high`` at pixels from ``start`` to ``end``.

    With ``integer``, ticks are whole numbers.
    """

    low: float
    high: float
    start: float
    end: float
    log: bool = False
    integer: bool = False

    @classmethod
    def around(
        cls, values: Sequence | np.ndarray, start: float, end: float, log: bool, whole: bool
    ) -> "Scale":
        """A scale that contains some values; a ``whole`` one begins and ends at ticks."""
        found = np.asarray(values, dtype=float)
        found = found[np.isfinite(found) & ((found > 0) | (not log))]
        integer = not log and bool((found == np.round(found)).all())
        low, high = (found.min(), found.max()) if len(found) else (0.0 + log, 1.0)
        if low == high:
            low, high = (low / 2, high * 2) if log else (low - 0.5, high + 0.5)
        scale = cls(float(low), float(high), start, end, log, integer)
        if whole:
            ticks = scale._located()
            below = ticks[(ticks <= low) & ((ticks > 0) | (not log))]
            low, high = below.max(initial=low if log else -np.inf), ticks[ticks >= high].min()
            scale = cls(float(low), float(high), start, end, log, integer)
        return scale

    def __call__(self, values: float | Sequence | np.ndarray) -> np.ndarray:
        """The pixels of values; NaN for values that a logarithmic axis cannot show."""
        found = np.asarray(values, dtype=float)
        low, high = self.low, self.high
        if self.log:
            with np.errstate(divide="ignore", invalid="ignore"):
                found = np.where(found > 0, np.log10(found), np.nan)
            low, high = np.log10(low), np.log10(high)
        return self.start + (found - low) / (high - low) * (self.end - self.start)

    def _located(self) -> np.ndarray:
        if self.log and self.high / self.low >= 10:
            within = (1, 2, 5) if self.high / self.low < 1000 else (1,)
            return np.asarray(LogLocator(subs=within, numticks=7).tick_values(self.low, self.high))
        locator = MaxNLocator(6, steps=[1, 2, 2.5, 5, 10], integer=self.integer)
        return np.asarray(locator.tick_values(self.low, self.high))

    def ticks(self) -> list[tuple[float, str]]:
        """Pixel and text of each tick."""
        margin = 1e-9 * (self.high - self.low)
        inside = [t for t in self._located() if self.low - margin <= t <= self.high + margin]
        return [(float(self(tick)), tick_text(tick)) for tick in inside]


def tick_text(value: float) -> str:
    """A number in its shortest form.

    >>> tick_text(0.30000000000000004), tick_text(25000), tick_text(9e6)
    ('0.3', '25,000', '9 M')
    """
    if abs(value) >= 1e6:
        return f"{value / 1e6:,.6g} M"
    return f"{value:,.6g}".replace("-", "\N{MINUS SIGN}")


def frame(x: Scale, y: Scale, x_name: str, y_name: str, x_ticks: bool = True) -> Markup:
    """Grid lines, ticks and names of the axes; the name of y is above its axis."""
    parts = [
        Markup(
            '<path class="grid" d="M{:.1f} {:.1f}H{:.1f}"/>'
            '<text x="{:.1f}" y="{:.1f}" text-anchor="end">{}</text>'
        ).format(x.start, at, x.end, x.start - 8, at + 4, text)
        for at, text in y.ticks()
    ]
    for at, text in x.ticks() if x_ticks else []:
        parts.append(
            Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="middle">{}</text>').format(
                at, y.start + 18, text
            )
        )
    parts.append(Markup('<text class="name" x="0" y="12">{}</text>').format(y_name))
    parts.append(
        Markup('<text class="name" x="{:.1f}" y="{:.1f}" text-anchor="end">{}</text>').format(
            x.end, y.start + 38, x_name
        )
    )
    return Markup("").join(parts)

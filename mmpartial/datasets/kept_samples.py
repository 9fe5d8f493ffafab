"""Samples that are the same at each visit, kept so that they are put together once."""

from typing import Any

MOST_BYTES = 2**30


class KeptSamples:
    """The samples of a dataset that says so by ``same_samples``, by their number there.

    A sample is put together in some 50 microseconds, which is more than a step of a linear layer
    takes for it.
    """

    def __init__(self) -> None:
        self._samples: dict[int, dict] = {}

    def get(self, number: int) -> dict | None:
        """A copy of the sample that shares its tensors, or None if it is not kept."""
        found = self._samples.get(number)
        return None if found is None else dict(found)

    def keep(self, number: int, sample: dict, dataset: Any) -> None:
        """Keep a sample if its dataset gives the same one each time."""
        if getattr(dataset, "same_samples", False):
            self._samples[number] = dict(sample)

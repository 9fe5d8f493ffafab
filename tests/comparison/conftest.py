"""One server of processes for all tests, whichever of them starts it, and tables without plots."""

import pytest

from tests.commands import start_server


@pytest.fixture(autouse=True, scope="session")
def _server():
    start_server()


@pytest.fixture
def no_plots(monkeypatch):
    """Plots take most of the time of runs that are pretended."""
    for name in ("plot_shares", "plot_gains", "plot_frequency"):
        monkeypatch.setattr(f"mmpartial.comparison.report.{name}", lambda *args: None)

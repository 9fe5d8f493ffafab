"""Runs that are pretended."""

import pytest

from mmpartial.comparison import execution
from tests.comparison.pretended import pretend


@pytest.fixture
def pretending(monkeypatch):
    monkeypatch.setattr(execution, "train_stages", pretend)

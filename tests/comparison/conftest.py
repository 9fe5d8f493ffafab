"""The server of processes imports the stack once for all tests, whichever of them starts it."""

import pytest

from tests.commands import start_server


@pytest.fixture(autouse=True, scope="session")
def _server():
    start_server()

"""The short form of tools/benchmarks/soak.py: a few faults, and the same bytes."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.slow
def test_a_run_that_is_stopped_three_times(tmp_path):
    script = ROOT / "tools" / "benchmarks" / "soak.py"
    command = [sys.executable, script, tmp_path / "soak", "--kills", "3", "--epochs", "2"]
    done = subprocess.run(
        command, text=True, capture_output=True, timeout=400,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"\d+ faults survived in \d+ runs, which were stopped 3 times; 0", done.stdout)

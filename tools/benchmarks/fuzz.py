"""Damage small files of each kind that is read, and see what reading them does.

python tools/benchmarks/fuzz.py FOLDER [--inputs 1000] [--only "wide CSV" Excel] [--first 0]

Each file has to be read, or refused by a sentence that names it, in few seconds and little memory.
It prints the inputs, minutes and faults of each kind, and keeps the files of faults in FOLDER. The
exit status is 1 if there are faults.
"""

import argparse
import shutil
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.fuzzing.cases import CASES
from tests.fuzzing.trials import run


def main() -> None:
    """Try all kinds of files."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("folder", type=Path, help="folder for the files of faults")
    parser.add_argument("--inputs", type=int, default=1000, help="damaged files of each kind")
    parser.add_argument("--first", type=int, default=0, help="seed of the first one")
    parser.add_argument("--only", nargs="+", default=list(CASES), help="kinds of files")
    args = parser.parse_args()
    total, begin = 0, time.monotonic()
    for name in args.only:
        start = time.monotonic()
        seeds = range(args.first, args.first + args.inputs)
        faults = run(name, seeds, args.folder)
        total += len(faults)
        minutes = (time.monotonic() - start) / 60
        count = f"{len(seeds)} inputs, {minutes:.1f} minutes, {len(faults)} faults"
        print(f"{name}: {count}", flush=True)
        for fault in faults:
            print(f"  seed {fault.seed}: {fault.reason}", flush=True)
    shutil.rmtree(args.folder / "try", ignore_errors=True)
    minutes = (time.monotonic() - begin) / 60
    print(f"{args.inputs * len(args.only)} inputs, {minutes:.1f} minutes, {total} faults")
    sys.exit(total > 0)


if __name__ == "__main__":
    main()

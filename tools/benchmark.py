r"""Compare methods: methods x settings x seeds on the data, network and schedule of one config.

    python tools/benchmark.py configs/resnet18_digits_fal.py --methods assume_negative role \
        --settings FAL PAL0.3 PAL0.6 SPL --seeds 0 1 2 --lrs 1e-3 3e-3

The work-dir gets a folder for each run, runs.csv with a row for each run, table.md and plots. A
second call with the same arguments continues where the first stopped. All runs hold out a part of
the training images. This part chooses the best epoch and each method's learning rate in each
setting, with the first seed or those of --lr-seeds.
"""

import argparse
import os
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # runs share the cores, and results stay the same

from mmpartial.comparison import Benchmark, Plan, load_base
from mmpartial.comparison.processes import default_jobs
from mmpartial.launch import ToolParser, run_tool
from mmpartial.launch.config_files import read_file
from mmpartial.launch.methods import PIECES


def arguments() -> argparse.Namespace:
    known = sorted(path.stem for path in PIECES.glob("*.py"))
    parser = ToolParser(__doc__)
    parser.add_argument(
        "config", type=Path, help="base config; its method and setting are replaced"
    )
    parser.add_argument(
        "--methods", nargs="+", required=True, metavar="NAME",
        help=f"config pieces of methods: your own files, or {', '.join(known)}",
    )  # fmt: skip
    parser.add_argument("--settings", nargs="+", required=True, help="such as FAL PAL0.3 SPL")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--lrs", nargs="+", type=float, default=[], help="rates to choose from")
    parser.add_argument(
        "--lr-settings", nargs="+", default=[], metavar="SETTING",
        help="choose one rate for all settings in these; default: one for each setting",
    )  # fmt: skip
    parser.add_argument(
        "--lr-seeds", nargs="+", type=int, default=[], metavar="SEED",
        help="choose rates by the mean of these seeds; default: the first seed",
    )  # fmt: skip
    parser.add_argument("--held-out", type=float, default=0.15, help="share; 0 holds out none")
    parser.add_argument("--held-out-labels", choices=["full", "observed"], default="full")
    parser.add_argument(
        "--keep-best", action="store_true",
        help="keep the checkpoint of the best method in each setting, by the mean mAP on held-out "
        "images; it is that of the first seed",
    )  # fmt: skip
    parser.add_argument("--work-dir", type=Path, help="default: work_dirs/benchmark/CONFIG")
    parser.add_argument("--jobs", type=int, help="runs at once; default: GPUs, or else cores")
    parser.add_cfg_options()
    return parser.parse_args()


def benchmark_of(args: argparse.Namespace) -> Benchmark:
    own = {Path(method).stem: Path(method) for method in args.methods if method.endswith(".py")}
    files = {path.stem: path for path in PIECES.glob("*.py")} | own
    methods = [Path(method).stem if method.endswith(".py") else method for method in args.methods]
    return Benchmark(
        load_base(args.config, args.cfg_options),
        args.config.stem,
        {name: read_file(str(path)) for name, path in files.items()},
        Plan(methods, args.settings, args.seeds, args.lrs, args.lr_settings, args.lr_seeds),
        args.work_dir or Path("work_dirs") / "benchmark" / args.config.stem,
        held_out=args.held_out,
        labels=args.held_out_labels,
        keep_best=args.keep_best,
    )


def main() -> None:
    args = arguments()
    benchmark = benchmark_of(args)
    rows = benchmark.run(args.jobs or default_jobs())
    print((benchmark.folder / "table.md").read_text())
    failed = int((rows.status != "done").sum())
    if failed:
        raise SystemExit(f"{failed} of {len(rows)} runs are not done; a second call tries again.")


if __name__ == "__main__":
    run_tool(main)

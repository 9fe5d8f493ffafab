"""Runs the scripts that MMPretrain installs, with our arguments and errors."""

import logging
import runpy
import sys
import tempfile
from pathlib import Path

import mmpretrain

from ..engine.distributed import close_cpu_group, init_cpu_group, read_slurm
from ..engine.preemption import EX_TEMPFAIL
from ..utils.commands import command
from .command_line import HELP, prepare
from .missing_features import compute_missing_features
from .tool import end, show_crashes
from .tta_config import with_own_pipeline

_CONFIG = "configs/resnet18_digits_pal06.py"
_EXAMPLES = dict(
    train=[_CONFIG, "--method", "hill"],
    test=[_CONFIG, "work_dirs/resnet18_digits_pal06/epoch_22.pth"],
)


def run_stock_tool(name: str) -> None:
    """Run MMPretrain's ``tools/NAME.py`` with the arguments of this process, and with ``--method``.

    An error of config or data ends in one sentence; ``MMPARTIAL_TRACEBACK=1`` in the environment
    shows the whole traceback.

    Raises:
        SystemExit: The installed MMPretrain has no such script, or the run ended in an error.
        KeyboardInterrupt: The user stopped it.
    """
    package = Path(mmpretrain.__file__).parent
    script = package / ".mim" / "tools" / f"{name}.py"
    if not script.exists():
        script = package.parent / "tools" / f"{name}.py"  # editable install
    if not script.exists():
        raise SystemExit(
            f"{script} does not exist: install MMPretrain with pip install mmpretrain."
        )
    if {"-h", "--help"} & set(sys.argv):
        print(f"    {command(name, *_EXAMPLES[name])}\n\n{HELP}\n")
    show_crashes()
    logging.raiseExceptions = False  # on a full disk each line of the log would be a traceback
    cfg, for_cpu_group, preempted = None, [], False
    with tempfile.TemporaryDirectory() as folder:
        try:
            read_slurm(sys.argv)
            for_cpu_group = init_cpu_group()
            arguments, cfg = prepare(sys.argv[1:], Path(folder))
            arguments = with_own_pipeline(arguments, folder)
            compute_missing_features(cfg)
            sys.argv = [str(script), *arguments, *for_cpu_group]
            runpy.run_path(str(script), run_name="__main__")
        except SystemExit as leaving:
            if leaving.code != EX_TEMPFAIL:
                raise
            preempted = True  # in all processes, which close their group below
        except (Exception, KeyboardInterrupt) as error:
            sys.argv[0] = f"{name}.py"
            more = " --resume goes on from the last checkpoint." if name == "train" else ""
            end(error, cfg, f"stopped.{more}")
    if for_cpu_group:
        close_cpu_group()
    if preempted:
        raise SystemExit(EX_TEMPFAIL)

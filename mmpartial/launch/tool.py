"""Runs scripts so that errors of their input end in one sentence."""

import faulthandler
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from mmengine.config import Config

from .config_errors import sentence_of

TRACEBACK = "MMPARTIAL_TRACEBACK"


def run_tool(main: Callable[[], None]) -> None:
    """Run the main function of a script.

    ``MMPARTIAL_TRACEBACK=1`` in the environment shows the whole traceback of an error.

    Raises:
        SystemExit: The input is wrong, and one sentence says how; or the user stopped the script.
    """
    show_crashes()
    try:
        main()
    except KeyboardInterrupt:
        raise SystemExit("\nstopped.") from None
    except BrokenPipeError:  # the reader has enough, such as | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        end(error)


def show_crashes() -> None:
    """If a signal such as SIGBUS ends this process, print the line of code where it was.

    SIGBUS comes if a memory-mapped file is cut off, or if its disk fails. Python prints nothing.
    """
    if sys.__stderr__ is not None and not faulthandler.is_enabled():
        faulthandler.enable(sys.__stderr__)


def end(error: Exception, cfg: Config | None = None) -> NoReturn:
    """End a script after an error.

    Args:
        error: The error.
        cfg: The config, if it was read.

    Raises:
        SystemExit: One sentence describes the error. Any other error is raised again.
    """
    sentence = sentence_of(error, cfg)
    if sentence is None or os.environ.get(TRACEBACK, "0") != "0":
        raise error
    sys.stdout.flush()
    name = Path(sys.argv[0]).name
    raise SystemExit(f"\n{name}: {sentence} ({TRACEBACK}=1 shows the traceback.)") from None

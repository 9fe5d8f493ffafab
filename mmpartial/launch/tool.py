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


def run_tool(main: Callable[[], None], stopped: str = "stopped.") -> None:
    """Run the main function of a script.

    ``MMPARTIAL_TRACEBACK=1`` in the environment shows the whole traceback of an error.

    Args:
        main: The function.
        stopped: The sentence for a user who presses Ctrl-C.

    Raises:
        SystemExit: The input is wrong, and one sentence says how.
        KeyboardInterrupt: The user stopped the script.
    """
    show_crashes()
    try:
        main()
    except BrokenPipeError:  # the reader has enough, such as | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (Exception, KeyboardInterrupt) as error:
        end(error, stopped=stopped)


def show_crashes() -> None:
    """If a signal such as SIGBUS ends this process, print the line of code where it was.

    SIGBUS comes if a memory-mapped file is cut off, or if its disk fails. Python prints nothing.
    """
    if sys.__stderr__ is not None and not faulthandler.is_enabled():
        faulthandler.enable(sys.__stderr__)


def end(
    error: Exception | KeyboardInterrupt, cfg: Config | None = None, stopped: str = "stopped."
) -> NoReturn:
    """End a script after an error, or after Ctrl-C.

    Args:
        error: The error.
        cfg: The config, if it was read.
        stopped: The sentence after Ctrl-C.

    Raises:
        SystemExit: One sentence describes the error. Any other error is raised again.
        KeyboardInterrupt: The user pressed Ctrl-C. Python prints nothing more, and ends with the
            exit status of this signal, so that a loop of the shell ends as well.
    """
    if os.environ.get(TRACEBACK, "0") != "0":
        raise error
    if isinstance(error, KeyboardInterrupt) or _interrupted(error):
        print(f"\n{stopped}", file=sys.stderr)
        sys.excepthook = lambda *_: None
        raise KeyboardInterrupt from None
    sentence = sentence_of(error, cfg)
    if sentence is None:
        raise error
    sys.stdout.flush()
    name = Path(sys.argv[0]).name
    raise SystemExit(f"\n{name}: {sentence} ({TRACEBACK}=1 shows the traceback.)") from None


def _interrupted(error: BaseException | None) -> bool:
    """Whether Ctrl-C caused an error; MMEngine raises a SyntaxError if it comes at a bad moment."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__context__
    return error is not None

"""Does a checkpoint hold what is needed of it?"""

from .guard_error import GuardError
from .run import Run


def check_content(run: Run) -> None:
    """Refuse a file without weights."""
    if not isinstance(run.checkpoint, dict):
        kind = type(run.checkpoint).__name__
        raise GuardError(f"{_name(run)} holds a {kind} and no weights: take another file.")


def check_complete(run: Run) -> None:
    """Refuse to resume from a file that holds weights alone."""
    lacking = {"meta", "message_hub", "optimizer"} - set(run.checkpoint)
    if lacking:
        name = _name(run)
        raise GuardError(
            f"{name} lacks what a resumed run needs ({', '.join(sorted(lacking))}): resume from a "
            "checkpoint that training wrote, or start from its weights, --cfg-options "
            f"load_from={name} without --resume."
        )


def _name(run: Run) -> str:
    return "the checkpoint" if run.saved is None else run.saved.name

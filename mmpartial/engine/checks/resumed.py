"""Is a resumed run the one that it continues?"""

from .guard_error import GuardError
from .run import Run


def check_resumed_labels(run: Run) -> None:
    """Other labels than those of the checkpoint that is resumed."""
    dataset = run.partial
    if dataset is None or not run.resumed or run.saved is None:
        return
    if run.saved.label_hash not in (None, dataset.label_hash):
        raise GuardError(
            f"the checkpoint to resume from was trained on other labels ({run.saved.label_hash}, "
            f"now {dataset.label_hash}): set setting, seed and annotations of "
            "train_dataloader.dataset as in that run."
        )

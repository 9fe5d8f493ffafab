"""Does a resumed run have the settings of the run that it continues?"""

from ...datasets import PartialLabelDataset
from ...progress import Progress
from ...utils.log import note
from ...utils.messages import counted
from .run import GuardError, Run, warn
from .saved import Saved, order_of
from .settings import LENGTHS, decisive, differences, settings_of

_SHOWN = 6  # differences in a message


def check_resumed_labels(run: Run) -> None:
    """Refuse to go on with other labels than before."""
    dataset = run.partial
    if dataset is None or not run.resumed or run.saved is None:
        return
    if run.saved.label_hash in (None, dataset.label_hash):
        _check_order(run.saved, dataset)
        return
    settings = settings_of(run.cfg)
    found = {
        key: text
        for key, text in differences(run.saved.settings or settings, settings).items()
        if key.startswith("train_dataloader.dataset.")
    }
    raise GuardError(
        f"{run.saved.name} was trained on other labels ({run.saved.label_hash}, now "
        f"{dataset.label_hash}{'; ' if found else ''}{_listed(found)}): set setting, seed and "
        "annotations of train_dataloader.dataset as in that run."
    )


def _check_order(saved: Saved, dataset: PartialLabelDataset) -> None:
    """Refuse another order of the images or groups, to whose numbers the run's state belongs."""
    if saved.order not in (None, order_of(dataset)):
        raise GuardError(
            f"{saved.name} was trained on the same labels, but its images had another order or "
            "other groups: put the images of the annotations in the order of that run and in the "
            "same groups, or use load_from to start from its weights."
        )


def check_resumed_settings(run: Run) -> None:
    """Refuse to mix the settings of two runs."""
    if run.saved is None:
        return
    if run.saved.settings is None:
        warn(
            f"{run.saved.name} does not say which run wrote it, so nobody knows whether loss, head "
            "and setting were those of this config."
        )
        return
    labels_known = run.partial is not None and run.saved.label_hash is not None
    found = differences(run.saved.settings, settings_of(run.cfg))
    refused = {
        key: text
        for key, text in found.items()
        if decisive(key, labels_known) and (key not in LENGTHS or _depends_on_length(run))
    }
    if refused:
        raise GuardError(
            f"{run.saved.name} is of a run with other settings, and a run that goes on from it "
            f"would be neither that one nor this one ({_listed(refused)}): resume with the config "
            "of that run, or train this one in another work_dir, from the start or with load_from "
            "from those weights."
        )
    if found:
        note(
            "mmpartial guard: resumed with other settings than before, which do not change the "
            f"method: {_listed(found)}"
        )


def check_finished(run: Run) -> None:
    """Warn of a run that has nothing left to do."""
    if run.resumed and run.done >= run.length:
        warn(
            f"the resumed run has finished already: {run.done} of {run.length} iterations are "
            "done, and nothing is trained."
        )


def _depends_on_length(run: Run) -> bool:
    """Whether the training in an epoch depends on the length of the run."""
    schedules = [m.q_schedule for m in run.model.modules() if hasattr(m, "q_schedule")]
    parts = [*run.hooks, *run.model.modules()]
    return any(getattr(part, "uses_length", False) for part in parts) or any(
        q(Progress(0, 0.0)) != q(Progress(1, 1.0)) for q in schedules
    )


def _listed(found: dict[str, str]) -> str:
    types_first = sorted(found, key=lambda key: not key.endswith(".type"))
    return counted([f"{key}: {found[key]}" for key in types_first], _SHOWN, "; ")

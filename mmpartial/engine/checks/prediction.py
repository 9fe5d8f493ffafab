"""Does a test compute scores in the same way as the run that trained the checkpoint?"""

from typing import Any

from .run import GuardError, Run

_OF_MODEL, _OF_HEAD = ("extract_feat", "predict"), ("pre_logits", "forward", "predict")
# Only for training, visible in the shapes of weights, or without effect on scores.
_OTHERS = ("type", "loss", "q", "q_sampling", "seed", "init_cfg", "num_classes", "in_channels",
           "thr", "topk", "cal_acc")  # fmt: skip


def prediction_of(model: Any, cfg: Any) -> list[str]:
    """The methods that compute scores, and the options of the head without its loss."""
    head = getattr(model, "head", None)
    methods = [(model, name) for name in _OF_MODEL] + [(head, name) for name in _OF_HEAD]
    code = [getattr(getattr(type(part), name, None), "__qualname__", "") for part, name in methods]
    options = cfg.get("model") or {}
    options = options.get("module", options).get("head") or {}  # in test-time augmentation
    own = [f"{key}={options[key]}" for key in sorted(options) if key not in _OTHERS]
    return [text for text in [*code, *own] if text]


def check_prediction(run: Run) -> None:
    """Refuse a head that predicts differently from the one that was trained."""
    if run.saved is None or run.saved.prediction is None:
        return
    before, now = set(run.saved.prediction), set(prediction_of(run.model, run.cfg))
    if before != now:
        raise GuardError(
            f"{run.saved.name} was trained with a model that predicts by "
            f"{', '.join(sorted(before - now)) or 'nothing more'}, and this one predicts by "
            f"{', '.join(sorted(now - before)) or 'nothing more'}: test it with the "
            "config that trained it."
        )

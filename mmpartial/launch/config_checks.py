"""Checks a config as a whole, before MMEngine builds its parts."""

from mmengine.config import Config

_LENGTHS = ("max_epochs", "max_iters", "val_interval")


def check_model(cfg: Config) -> None:
    """Check that the model has its parts, such as after a config has set one to None.

    Raises:
        ValueError: The model, or its backbone, head or loss, is no dict with a type, or the number
            of classes is no number.
    """
    parts = {"model": cfg.get("model", {"type": "none"})}  # a config without a model may be a part
    for path in ("model.backbone", "model.head", "model.head.loss"):
        around, _, key = path.rpartition(".")
        if key in (parts.get(around) or {}):
            parts[path] = parts[around][key]
    for path, part in parts.items():
        if part is None or (isinstance(part, dict) and not part.get("type")):
            raise ValueError(
                f"{path}={part!r} has no type: write {path}=dict(type=...), or "
                "leave it out to keep the one that the config inherits."
            )
    number = (parts.get("model.head") or {}).get("num_classes", 1)
    if type(number) is not int or number < 1:
        raise ValueError(f"model.head.num_classes={number!r}: write the number of classes.")


def check_lengths(cfg: Config) -> None:
    """Refuse a training of no epochs, and one with validations at no interval.

    Raises:
        ValueError: A length is below 1.
    """
    loop = cfg.get("train_cfg") or {}
    for key in _LENGTHS:
        if isinstance(loop.get(key), int) and loop[key] < 1:
            raise ValueError(f"train_cfg.{key}={loop[key]}: give 1 or more.")

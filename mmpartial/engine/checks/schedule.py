"""Does the schedule of the learning rate fit the training?"""

from collections.abc import Iterator
from typing import Any

from .run import GuardError, Run, warn

_LENGTHS = ("total_steps", "T_max")


def check_schedule(run: Run) -> None:
    """Refuse, or warn of, a schedule that ends before or after the training."""
    for key, schedule in _schedules(run.cfg):
        limit = "max_epochs" if schedule.get("by_epoch", True) else "max_iters"
        length = (run.cfg.get("train_cfg") or {}).get(limit)
        name = next((n for n in _LENGTHS if schedule.get(n) is not None), "end")
        given = schedule.get(name)
        if length is None or given is None:
            continue
        start = 0 if name == "end" else schedule.get("begin", 0)
        text = f"{key}.{name}={given}, but train_cfg.{limit}={length}"
        remedy = f"set {key}.{name}={length - start}, or {name}=None to end with the training."
        if start + given > length:
            warn(f"{text}, so the training stops at a high rate: {remedy}")
        elif name != "end" and start + given < min(length, schedule.get("end", length)):
            if name == "total_steps":
                raise GuardError(f"{text}, so the run would fail when the schedule ends: {remedy}")
            warn(f"{text}, so the rate rises again from there on: {remedy}")


def check_rates(run: Run) -> None:
    """Refuse ``lr_mult`` with OneCycleLR, which gives all parameters the same rate."""
    own = (run.cfg.get("optim_wrapper") or {}).get("paramwise_cfg") or {}
    keys = own.get("custom_keys") or {}
    found = [name for name, part in keys.items() if part.get("lr_mult", 1) != 1]
    for key, schedule in _schedules(run.cfg):
        cycle = str(schedule.get("type")).split(".")[-1].startswith("OneCycle")
        if found and cycle and not isinstance(schedule.get("eta_max"), list | tuple):
            raise GuardError(
                f"optim_wrapper.paramwise_cfg.custom_keys.{found[0]}.lr_mult has no effect, "
                f"because {key}.eta_max of a OneCycleLR is the rate of all parameters: use "
                "CosineAnnealingLR, or take lr_mult out."
            )


def _schedules(cfg: Any) -> Iterator[tuple[str, Any]]:
    """Each schedule in the config, with its key."""
    found = cfg.get("param_scheduler") or []
    if isinstance(found, dict):
        yield from [("param_scheduler", found)] if "type" in found else []
        return
    for number, schedule in enumerate(found):
        if isinstance(schedule, dict):
            yield f"param_scheduler[{number}]", schedule

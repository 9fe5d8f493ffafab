"""Every check of the package is due at some moment."""

import importlib
import inspect
import pkgutil

from mmpartial.engine import checks


def test_each_check_has_an_entry():
    listed = {function for functions in checks.CHECKS.values() for function in functions}
    found = set()
    for module in pkgutil.iter_modules(checks.__path__):
        content = vars(importlib.import_module(f"{checks.__name__}.{module.name}"))
        found |= {
            thing
            for name, thing in content.items()
            if name.startswith("check_")
            and inspect.isfunction(thing)
            and list(inspect.signature(thing).parameters) == ["run"]
        }
    assert found and found <= listed
    assert all(list(inspect.signature(check).parameters) == ["run"] for check in listed)

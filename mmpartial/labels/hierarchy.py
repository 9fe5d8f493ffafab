"""Hierarchies of classes."""

import csv
from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from ..utils.json_objects import load_json
from ..utils.names import canonical, unknown_class
from ..utils.reading import reading, shortened
from ..utils.text_files import check_file

_PAIRS, _PAIRS_A_LINE = 10**6, 100  # of a class and its parent: in any file, and for each line
_SHOWN = 20  # names of a cycle in a message


class Hierarchy:
    """The parents of each class, the classes that it is a kind of; it may have several.

    Args:
        parents: The parent, or a list of parents, of each class that has any.
        strict: Every name has to be a class. Otherwise other names only connect the classes below
            them with the classes above them.

    Raises:
        ValueError: A parent is not a name, or a class is above itself; the message names the cycle.

    >>> Hierarchy(dict(cat=['pet', 'mammal'], mammal='animal')).ancestors['cat']
    ('animal', 'mammal', 'pet')
    """

    def __init__(self, parents: Mapping[str, str | Sequence[str]], strict: bool = True):
        self.strict = strict
        self.source = "hierarchy"  # for messages
        self.parents: dict[str, tuple[str, ...]] = {}
        for child, above in parents.items():
            name = canonical(str(child))  # the file may have two Unicode forms of it
            self.parents[name] = (*self.parents.get(name, ()), *_names(child, above))
        self.ancestors: dict[str, tuple[str, ...]] = {}
        pairs, most = 0, _PAIRS + _PAIRS_A_LINE * sum(map(len, self.parents.values()))
        try:
            for name in TopologicalSorter(self.parents).static_order():  # parents come first
                above = self.parents.get(name, ())
                further = (self.ancestors[parent] for parent in above)
                self.ancestors[name] = tuple(sorted(set(above).union(*further)))
                pairs += len(self.ancestors[name])
                if pairs > most:
                    raise ValueError(
                        f"{name[:60]!r} has {len(self.ancestors[name])} classes above it, and "
                        "others have as many: no hierarchy of things is like that, so look for "
                        "classes that were put below the wrong ones."
                    )
        except CycleError as error:
            names = error.args[1][-1 - _SHOWN :] if len(error.args[1]) > _SHOWN else error.args[1]
            cycle = " is a kind of ".join(repr(name) for name in reversed(names))
            raise ValueError(f"the hierarchy has a cycle: {cycle}. Remove one of these.") from None

    @classmethod
    def from_file(cls, path: str) -> "Hierarchy":
        """Read a hierarchy of classes.

        Args:
            path: Open Images' ``bbox_labels_600_hierarchy.json``; or a JSON of parents,
                ``{"cat": "animal"}`` or ``{"cat": ["pet", "animal"]}``; or a CSV with the columns
                ``child,parent`` and a line for each pair. In Open Images' file only subcategories
                count, as in its owners' expansion (tensorflow/models,
                ``oid_hierarchical_labels_expansion.py``), because a part of a thing is not a kind
                of it. Some of its names, such as its root, are not classes.

        Raises:
            FileNotFoundError: There is no such file.
            ValueError: The file is cut off or of another format, or has a cycle.
        """
        check_file(
            path,
            "set hierarchy to a JSON or CSV file of classes and parents. Open Images' is "
            "bbox_labels_600_hierarchy.json on its download page.",
        )
        is_table = path.lower().endswith(".csv")
        content = None if is_table else load_json(path)
        with reading(path, "a hierarchy"):
            if is_table:
                found = cls(_read_csv(path))
            elif not isinstance(content, dict):
                raise ValueError('it should be {"child": "parent"} or {"child": ["parent", ...]}.')
            elif "LabelName" in content:
                found = cls(_subcategories(content), strict=False)
            else:
                found = cls(content)
        found.source = f"hierarchy {path}"
        return found

    def above(self, classes: Sequence[str]) -> csr_array:
        """``(C, C)`` bool, in each row the classes above a class.

        Raises:
            ValueError: A name is not a class, or none of the names is a class.
        """
        index = {name: number for number, name in enumerate(classes)}
        others = [name for name in self.ancestors if name not in index]
        if others and self.strict:
            raise ValueError(shortened(f"{self.source}: {unknown_class(others[0], classes)}"))
        if others and len(others) == len(self.ancestors):
            raise ValueError(
                shortened(
                    f"{self.source}: none of its {len(others)} names, such as {others[0]!r}, is "
                    f"one of the {len(classes)} classes, such as {classes[0]!r}."
                )
            )
        pairs = [
            (index[name], index[ancestor])
            for name, above in self.ancestors.items()
            for ancestor in above
            if name in index and ancestor in index
        ]
        child, parent = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
        shape = len(classes), len(classes)
        return csr_array((np.ones(len(pairs), dtype=bool), (child, parent)), shape=shape)


def _subcategories(root: dict[str, Any]) -> dict[str, list[str]]:
    """The parents of each class in Open Images' tree, where a class may appear several times."""
    parents: dict[str, list[str]] = {}
    nodes = [root]
    while nodes:
        node = nodes.pop()
        below = node.get("Subcategory", [])
        if not isinstance(below, list):
            raise ValueError(f"the Subcategory of {node['LabelName']} is not a list.")
        for child in below:
            if not isinstance(child, dict) or not isinstance(child.get("LabelName"), str):
                raise ValueError(f"a Subcategory of {node['LabelName']} has no LabelName.")
            parents.setdefault(child["LabelName"], []).append(node["LabelName"])
            nodes.append(child)
    return parents


def _names(child: str, above: Any) -> tuple[str, ...]:
    """The parents of a class from one name or a list of names."""
    names = [above] if isinstance(above, str) else above
    if not isinstance(names, list | tuple) or not all(name and type(name) is str for name in names):
        raise ValueError(f"{child!r} has {above!r}, which is neither a class nor a list of them.")
    return tuple(map(canonical, names))


def _read_csv(path: str) -> dict[str, list[str]]:
    parents: dict[str, list[str]] = {}
    with open(path, encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file)
        columns = [name.strip() for name in next(reader, [])]
        if columns != ["child", "parent"]:
            raise ValueError(f"its columns are {columns[:_SHOWN]}, not child,parent.")
        for cells in filter(None, reader):
            if len(cells) != 2 or not all(cells):
                raise ValueError(
                    f"line {reader.line_num} lacks child or parent, or has more cells."
                )
            parents.setdefault(cells[0], []).append(cells[1])
    return parents

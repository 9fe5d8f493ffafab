"""A user's own images, with annotations in any format that can be read."""

import inspect
import json
import os
from collections.abc import Sequence
from typing import Any

from .. import formats
from ..labels.annotations import Annotations
from ..labels.class_table import class_table
from ..registry import DATASETS
from ..utils.commands import command
from ..utils.log import note_once
from .annotated_dataset import AnnotatedDataset
from .split_file import Split, read_split
from .unlabelled_images import with_unlabelled


@DATASETS.register_module()
class AnnotatedImages(AnnotatedDataset):
    """Images with annotations in one of the formats of :mod:`mmpartial.formats`.

    Args:
        format: The format's name, such as ``'wide_csv'``.
        ann_file: The file or folder with the annotations, below ``data_root``; by default the image
            folder.
        split_file: A table with the columns image and part, below ``data_root``, which
            ``tools/split.py`` writes. Training and validation then read one label file, and each
            takes its part. If it has a column group, the images have these groups.
        part: The part of the split file to take, such as ``'train'``.
        unlabelled: A folder of images without labels, or several, below ``data_root``, with the
            folders in them. All labels of these images are unknown. Images that the label file
            has, in whichever part, are left out.
        **kwargs: Options of the format, such as ``unlisted='unknown'``, and other arguments of
            :class:`mmpartial.datasets.annotated_dataset.AnnotatedDataset`. A text file of
            ``classes`` is below ``data_root`` as well. ``allow_no_positives=True`` takes
            annotations without any positive label, such as those of images to predict.

    Raises:
        FileNotFoundError: The file, the image folder or images are missing.
        ValueError: There is no such format, option or part, a necessary option is missing, or a
            file is wrong.
    """

    def __init__(
        self,
        format: str,
        ann_file: str = "",
        split_file: str | None = None,
        part: str | None = None,
        unlabelled: str | Sequence[str] = (),
        **kwargs: Any,
    ):
        if (split_file is None) != (part is None):
            given, other = ("part", "split_file") if split_file is None else ("split_file", "part")
            raise ValueError(f"{given} has no effect without {other}: set both, or neither.")
        self.split_file, self.part = split_file, part
        self.unlabelled = [unlabelled] if isinstance(unlabelled, str) else unlabelled
        taken = formats.parameters(format)
        if isinstance(kwargs.get("classes"), str):
            kwargs["classes"] = os.path.join(kwargs.get("data_root") or "", kwargs["classes"])
        self.format = format
        self.options = {name: value for name, value in kwargs.items() if name in taken}
        rest = {name: value for name, value in kwargs.items() if name not in taken}
        bases = AnnotatedDataset.__mro__
        known = {name for cls in bases for name in inspect.signature(cls.__init__).parameters}
        known.remove("serialize_data")  # samples are never serialized
        unknown = {name: value for name, value in rest.items() if name not in known}
        try:
            formats.check_options(format, self.options | unknown)
        except ValueError as error:
            hint = (
                " If a config inherits it, write _delete_=True into that dict." if unknown else ""
            )
            raise ValueError(f"{error}{hint}") from error
        super().__init__(ann_file=ann_file, **rest)

    @property
    def states_unknowns(self) -> bool:
        """Whether the user says which labels are unknown, by cells of a table or by ``unlisted``.

        MMPretrain's file has no such option, so its full labels may be partial ones by mistake.
        """
        return self.format != "mmpretrain"

    def read(self) -> Annotations:
        """Read the annotations in the format, those of the part; the log counts their labels."""
        path = self.ann_file or self.data_prefix["img_path"]
        found = formats.read_annotations(self.format, path, **self.options)
        what, listed = path, found.images
        if self.split_file is not None and self.part is not None:
            split = read_split(self.below_root(self.split_file))
            found = split.take(found, self.part, self._to_split(path, split))
            what = f"{path}, part {self.part!r}"
        note_once(f"{what}: {len(found)} images\n{class_table(found)}")
        if not self.unlabelled:
            return found
        prefix = self.data_prefix["img_path"] or ""
        return with_unlabelled(found, self._folders_of_unlabelled(), prefix, listed)

    def _folders_of_unlabelled(self) -> list[str]:
        return [self.below_root(folder) for folder in self.unlabelled]

    def image_roots(self) -> list[str]:
        """The folders in which images may be, with those of images without labels."""
        roots = super().image_roots()
        return roots and [*roots, *self._folders_of_unlabelled()]

    def _to_split(self, path: str, split: Split) -> str:
        """The command that adds images to the split file."""
        group = self.options.get("group", None if split.groups is None else "COLUMN")
        more = [] if group is None else ["--group", group]
        return self.command("split", path, "--out", split.path, *more)

    def command(self, tool: str, *words: str) -> str:
        """A command of a tool that reads the annotations, with their format and its options."""
        # split.py has an option of its own for groups, and a wide table keeps its columns.
        groups = tool == "add_answers" and self.format == "long_csv"
        given = {name: v for name, v in self.options.items() if name != "group" or groups}
        pairs = [
            f"{name}={value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
            for name, value in given.items()
        ]
        how = ["--format", self.format] if self.format != "wide_csv" else []
        return command(tool, *words, *how, *(["--options", *pairs] if pairs else []))

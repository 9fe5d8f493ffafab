"""The text of a config for a user's own images."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path
from typing import Any

from ...utils.commands import command

FROZEN = "frozen_efficientnet-lite0_own-as-annotated.py"
WHOLE = "finetuned_whole-efficientnet-lite0_own-as-annotated.py"
_HERE = "{{ fileDirname }}"
_MANY = 1000  # with this many images or more, the whole network is trained if there is a GPU
_STEPS = 400  # a linear layer is trained for at least this many
_WIDTH = 96

_TEXT = """# Trains a classifier on {images} images of {table}: {train_command}
# init_project.py wrote this file, and you may change it. It inherits {about}.
_base_ = __import__("mmpartial").config_path("{base}")

# Labels are in ann_file, and the part of each image, train or val, is in split_file. If you add
# rows to ann_file, {split_command} adds them to split_file.
# data_root is the folder of this file.
photos = dict(
    data_root={here},
{dataset})
model = dict(head=dict(num_classes={classes}))
{features}
train_dataloader = dict(
    batch_size={batch},
    dataset={train},
)
val_dataloader = dict(dataset={val})
test_dataloader = {test}

# The number of times that the model sees each image, and the interval of the tests on val.
train_cfg = dict(max_epochs={epochs}, val_interval={interval})
"""
_FEATURES = """
# The features of each photo are computed once and stored in this folder.
stored = dict(
    features={folder}, part="photos", standardized_by="photos"
)
"""
_ABOUT = {
    FROZEN: "a linear layer on features\n# of a pretrained network, which suits few images and "
    "needs no GPU",
    WHOLE: "a pretrained network that\n# is trained as a whole, which suits {many} images and "
    "more, and needs a GPU",
}


@dataclass
class Project:
    """The content of the config.

    Attributes:
        name: The name of the config.
        folder: The folder of the config.
        table: The label file.
        images: The image folder.
        split_file: The split file.
        parts: The number of images in each part.
        classes: The number of classes.
        format: The format of the label file.
        options: Its options.
        base: The config that it inherits.
        unlabelled: The folders of images without labels, and the number of images in each.
    """

    name: str
    folder: Path
    table: str
    images: str
    split_file: str
    parts: Mapping[str, int]
    classes: int
    format: str
    options: Mapping[str, Any]
    base: str
    unlabelled: Mapping[str, int] = field(default_factory=dict)

    def text(self) -> str:
        """The config, as Python."""
        frozen = self.base == FROZEN
        number = self.parts["train"] + sum(self.unlabelled.values())
        batch = 8 if number < 100 else 16 if frozen or number < 10_000 else 32
        epochs = min(100, max(20, 4 * ceil(_STEPS * batch / (4 * number)))) if frozen else 12
        dataset = dict(
            ann_file=self._path(self.table),
            split_file=self._path(self.split_file),
            data_prefix=self._path(self.images),
            format=self.format,
            **self.options,
        )
        val = "val" if "val" in self.parts else "test"
        test = self._dataset("test", frozen) if val != "test" and "test" in self.parts else None
        here = self._here()
        stored = f"{here}/work_dirs/features/{self.name}"
        return _TEXT.format(
            images=sum(self.parts.values()),
            table=" ".join(os.path.basename(self.table).splitlines()),
            train_command=command("train", f"{self.name}.py"),
            split_command=command("split"),
            about=_ABOUT[self.base].format(many=_MANY),
            base=self.base,
            here=_literal(here),
            dataset="".join(f"    {key}={_literal(value)},\n" for key, value in dataset.items()),
            classes=self.classes,
            features=_FEATURES.format(folder=_literal(stored)) if frozen else "",
            batch=batch,
            train=f"dict(dataset={self._dataset('train', frozen)})",
            val=self._dataset(val, frozen),
            test=f"dict(dataset={test})" if test else "val_dataloader",
            epochs=epochs,
            interval=epochs // 4,
        )

    def _dataset(self, part: str, frozen: bool) -> str:
        folders = [self._path(folder) for folder in self.unlabelled] if part == "train" else []
        more = f"unlabelled={_literal(folders)}, " if folders else ""
        images = f'dict(part="{part}", {more}**photos)'
        return f"dict(dataset={images}, **stored)" if frozen else images

    def _here(self) -> str:
        """The folder of the config, which MMEngine fills in unless it would break the syntax."""
        folder = str(self.folder)
        return folder if json.dumps(folder, ensure_ascii=False) != f'"{folder}"' else _HERE

    def _path(self, path: str) -> str:
        """A path below the folder of the config if it is there, else the whole path."""
        whole = Path(os.path.abspath(path))
        inside = whole.is_relative_to(self.folder)
        return (whole.relative_to(self.folder) if inside else whole).as_posix()


def base_for(images: int, gpu: bool) -> str:
    """The config to inherit, by the number of images and the machine."""
    return WHOLE if gpu and images >= _MANY else FROZEN


def _literal(value: Any) -> str:
    """A value as Python code; a long list takes several lines."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_literal(k)}: {_literal(v)}" for k, v in value.items()) + "}"
    if not isinstance(value, list | tuple):
        return repr(value)
    parts = [_literal(part) for part in value]
    if len(line := f"[{', '.join(parts)}]") < _WIDTH - 20:
        return line
    lines = [""]
    for part in parts:
        if len(lines[-1]) + len(part) + 10 > _WIDTH:
            lines.append("")
        lines[-1] += f"{part}, "
    return "[\n" + "".join(f"        {line.rstrip()}\n" for line in lines) + "    ]"

"""Merlin L48: spectrograms of bird recordings, each with one target species."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ...labels import NEGATIVE, POSITIVE, UNKNOWN
from ...labels.annotations import Annotations
from ...labels.groups import Groups
from ...labels.matrix import LabelMatrix
from ...registry import DATASETS
from ...utils.arrays import read_array
from ...utils.json_objects import load_json
from ...utils.log import note
from ...utils.names import unknown_class, visible
from ...utils.text_files import check_file
from ..annotated_dataset import AnnotatedDataset
from .text_columns import read_columns

SPLITS = ("train", "val", "test")
# The list of an asset that names all species that can be in it, for each kind of labels.
POSSIBLE = {"target": None, "geo": "possible_species_codes", "checklist": "observed_species_codes"}
KINDS = (*POSSIBLE, "full")
HINT = "unpack ml48s.tar.gz of github.com/visipedia/ml48s, and set data_root to its folder."


@DATASETS.register_module()
class L48(AnnotatedDataset):
    """The Merlin L48 Spectrogram Dataset, https://arxiv.org/abs/2511.00252.

    Reads ``assets.json`` (recordings), ``clips.json`` (images of three seconds) and ``taxa.csv``,
    as https://github.com/visipedia/ml48s describes them. A recording has a target species; whoever
    recorded it looked for no other. ``labels`` chooses the known labels:

    - ``'target'``: the target is positive in the images that have it. Nothing else is known.
    - ``'geo'``: besides, species that do not live there at that time of the year are negative.
    - ``'checklist'``: besides, species that the recordist's checklist does not have are negative.
    - ``'full'``: all that experts annotated: species that are there, or absent.

    The images of a recording are a group. Images without a known label are left out, and the log
    counts them. We have not seen the files themselves; codes of species that ``taxa.csv`` does not
    have are ignored, as in the authors' code.

    Args:
        data_root: The folder with the three files.
        split: ``'train'``, ``'val'`` or ``'test'``.
        labels: ``'target'``, ``'geo'``, ``'checklist'`` or ``'full'``.
        val_file: The numbers of the training recordings that are for validation, below
            ``data_root``, as the authors' code has them. With None, there is no ``'val'``.
        complete: Take only images in which experts annotated all species. The authors test on
            these.
        **kwargs: Other arguments of :class:`AnnotatedDataset`. Paths of images begin with
            ``images/``; if yours do not, set ``data_prefix='images'``.

    Raises:
        FileNotFoundError: A file, the image folder or images are missing.
        ValueError: There is no such option, or a file is damaged or of another format.
    """

    def __init__(
        self,
        data_root: str = "",
        split: str = "train",
        labels: str = "full",
        val_file: str | None = "val_split.npy",
        complete: bool = False,
        **kwargs: Any,
    ):
        for name, value, allowed in (("split", split, SPLITS), ("labels", labels, KINDS)):
            if value not in allowed:
                raise ValueError(
                    f"{name}={value!r}: choose one of {', '.join(map(repr, allowed))}."
                )
        if split == "val" and val_file is None:
            raise ValueError("split='val' needs a val_file: name the file of its recordings.")
        self.split, self.labels, self.val_file, self.complete = split, labels, val_file, complete
        super().__init__(data_root=data_root, **kwargs)

    def read(self) -> Annotations:
        """The images of the split, in the order of ``clips.json``."""
        species = read_columns(self.below_root("taxa.csv"), ["species_code"], HINT)[0].texts()
        index = {code: number for number, code in enumerate(species)}
        path = self.below_root("assets.json")
        keys = ("id", "split", "target_species_code")
        everything = {asset["id"]: asset for asset, _ in _records(path, keys)}
        assets = self._of_split(everything)
        images: list[str] = []
        recordings: list[str] = []
        rows: list[np.ndarray] = []
        for clip, place in _records(self.below_root("clips.json"), ("asset_id", "file_path")):
            if clip["asset_id"] not in everything:
                raise ValueError(f"{place} is of a recording that assets.json does not have.")
            if clip["asset_id"] not in assets:
                continue
            row = self._row(clip, assets[clip["asset_id"]], index, place)
            if row is not None:
                images.append(clip["file_path"])
                recordings.append(str(clip["asset_id"]))
                rows.append(row)
        dense = np.stack(rows) if rows else np.empty((0, len(species)), dtype=np.int8)
        known = np.flatnonzero((dense != UNKNOWN).any(1))
        note(f"L48: {len(dense) - len(known):,} images without a known label are left out")
        found = LabelMatrix.from_dense(dense[known])
        groups = Groups.from_names(recordings).take(known)
        return Annotations([images[row] for row in known], species, found, groups=groups)

    def _of_split(self, assets: Mapping[int, dict]) -> dict[int, dict]:
        """The recordings of the split."""
        held: set[int] = set()
        if self.val_file is not None:
            val_path = self.below_root(self.val_file)
            check_file(val_path, HINT)
            held = {int(number) for number in read_array(val_path).ravel()}
        part = "test" if self.split == "test" else "train"
        return {
            number: asset
            for number, asset in assets.items()
            if asset["split"] == part
            and (part == "test" or (number in held) == (self.split == "val"))
        }

    def _row(
        self, clip: Mapping, asset: Mapping, index: Mapping[str, int], place: str
    ) -> np.ndarray | None:
        """The labels of a clip; None if it is left out."""
        present = _codes(clip, "present_species_codes", index, place)
        if self.complete and _codes(clip, "unknown_species_codes", index, place):
            return None
        row: np.ndarray = np.full(len(index), UNKNOWN, dtype=np.int8)
        if self.labels == "full":
            row[_codes(clip, "absent_species_codes", index, place)] = NEGATIVE
            row[present] = POSITIVE
            return row
        possible = POSSIBLE[self.labels]
        if possible is not None:
            absent: np.ndarray = np.ones(len(index), dtype=bool)
            absent[_codes(asset, possible, index, f"the recording {asset['id']}")] = False
            row[absent] = NEGATIVE
        target = asset["target_species_code"]
        if target not in index:
            raise ValueError(
                f"the recording {asset['id']} of assets.json has the target {visible(target)}: "
                f"{unknown_class(str(target), list(index))}"
            )
        if index[target] in present:
            row[index[target]] = POSITIVE
        return row


def _records(path: str, keys: Sequence[str]) -> Iterator[tuple[dict, str]]:
    """The records of a file that have some keys, each with its place for messages."""
    check_file(path, HINT)
    content = load_json(path)
    if not isinstance(content, list):
        raise ValueError(f"{path} is not a list of records: {HINT}")
    for number, record in enumerate(content):
        place = f"{path}, record {number} (the first is 0),"
        if not isinstance(record, dict) or not all(key in record for key in keys):
            raise ValueError(f"{place} does not have {', '.join(keys)}: {HINT}")
        yield record, place


def _codes(record: Mapping, key: str, index: Mapping[str, int], place: str) -> list[int]:
    """The species of a list of codes."""
    codes = record.get(key)
    if not isinstance(codes, list):
        raise ValueError(f"{place} has {key}={codes!r}: it should be a list of species codes.")
    return [index[code] for code in codes if isinstance(code, str) and code in index]

"""What a dataset with partial labels says about them."""

import copy
import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from mmengine.dataset import force_full_init

from ..labels import NEGATIVE, POSITIVE, UNKNOWN
from ..labels.annotations import Annotations
from ..labels.matrix import LabelMatrix
from .hiding.mask_file import save_mask


class KnownLabelsMixin:
    """Names, hashes, the summary and the mask file of :class:`mmpartial.PartialLabelDataset`."""

    annotations: Annotations
    labels: LabelMatrix
    setting: str | None
    mask_file: str | None
    seed: int
    held_out: float
    part: str
    options: dict[str, Any]
    _metainfo: dict
    _row: Sequence[int] | np.ndarray
    _base: Sequence[int] | np.ndarray

    def full_init(self) -> None:
        """Load the annotations."""
        raise NotImplementedError

    @property
    @force_full_init
    def metainfo(self) -> dict:
        """Meta information of the wrapped dataset, with ``classes``."""
        return copy.deepcopy(self._metainfo)

    @property
    @force_full_init
    def ids(self) -> Sequence[str]:
        """What names the images, the same on every machine."""
        return self.annotations.names

    @property
    @force_full_init
    def num_rows(self) -> int:
        """Number of distinct images; ``row`` of a sample is below it."""
        return len(self.annotations)

    @property
    @force_full_init
    def fingerprint(self) -> str:
        """Hash of the images' ids, in their order, and the classes."""
        digest = hashlib.blake2b("\n".join(self.annotations.classes).encode(), digest_size=8)
        digest.update(np.ascontiguousarray(self.annotations.name_hashes))
        return digest.hexdigest()

    @property
    @force_full_init
    def label_hash(self) -> str:
        """Hash of what is known of each image, whatever the order of the images."""
        return self.annotations.label_hash

    @force_full_init
    def get_cat_ids(self, idx: int) -> list[int]:
        """Classes known to be positive."""
        labels = self.labels[int(self._row[int(self._base[idx])])]
        return np.flatnonzero(labels == POSITIVE).tolist()

    @force_full_init
    def summary(self) -> str:
        """One line on what remains: labels per image, classes without a positive, the hash."""
        rule = ", ".join(f"{k}={v}" for k, v in {**self.options, "seed": self.seed}.items())
        what = f"{self.setting}({rule})" if self.setting else (self.mask_file or "as annotated")
        n = max(1, self.num_rows)
        pos, neg, unk = (self.labels.count(s).sum() / n for s in (POSITIVE, NEGATIVE, UNKNOWN))
        if self.held_out:
            what += f", part {self.part!r} with held_out={self.held_out}"
        classes = self._metainfo["classes"]
        empty = [str(classes[c]) for c in np.flatnonzero(self.labels.count(POSITIVE) == 0)]
        names = ", ".join(empty[:20]) + (f" and {len(empty) - 20} more" if len(empty) > 20 else "")
        return (
            f"PartialLabelDataset {what}: {self.num_rows} images x {len(classes)} classes; per "
            f"image {pos:.2f} positive, {neg:.2f} negative, {unk:.2f} unknown; classes without a "
            f"known positive: {names or 'none'}; labels {self.label_hash}"
        )

    def save_mask(self, path: str) -> None:
        """Write which labels are known to a small file, for ``mask_file`` of another run.

        Raises:
            FileExistsError: The file exists.
            ValueError: Images are held out, whose labels the file would lack.
        """
        if self.held_out:
            raise ValueError(
                f"a mask with held_out={self.held_out} would lack the labels of one part: save it "
                "with held_out=0, which hides the same."
            )
        self.full_init()
        save_mask(path, self.annotations)

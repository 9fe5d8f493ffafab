"""Open Images' human-verified image-level labels."""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from filelock import FileLock

from ...labels.annotations import Annotations
from ...labels.matrix import LabelMatrix
from ...registry import DATASETS
from ...utils.log import note
from ..annotated_dataset import AnnotatedDataset
from ..annotation_store import StoredAnnotations, save
from .expected_size import note_size
from .open_images_csv import (
    HexNames,
    described,
    listed,
    machine_ids,
    verified,
    without_conflicts,
)

# Human-verified labels of V6, https://storage.googleapis.com/openimages/web/factsfigures.html
_PUBLISHED = {
    "oidv6-train-annotations-human-imagelabels.csv": 57_524_352,
    "validation-annotations-human-imagelabels.csv": 595_339,
    "test-annotations-human-imagelabels.csv": 1_799_883,
}
_CACHE_VERSION = 1  # raise it with any change of what is read, or of the files that keep it
_WHERE = (
    "download it from the Open Images site, section image-level labels, and put it there, or set "
    "data_root to the folder that holds it"
)


@DATASETS.register_module()
class OpenImages(AnnotatedDataset):
    """The human-verified image-level labels of Open Images V3 to V7.

    Reads ``*-annotations-human-imagelabels.csv``, or V3's ``annotations-human.csv`` (columns
    ImageID, Source, LabelName, Confidence), as its owners publish it, in one pass: confidence 1 is
    positive, 0 negative, everything else unknown. A class that is both positive and negative in an
    image is unknown there, and the log counts these. The result is kept below ``cache_dir`` in
    memory-mapped files that all processes and runs share; other files or options make another
    folder there. A damaged folder is refused: remove it, and it is made anew.

    The images are those that have a label of the classes, or those of ``image_list``, ordered by
    id. The format: https://storage.googleapis.com/openimages/web/download.html.

    Args:
        ann_file: The labels, below ``data_root``.
        class_file: The classes' machine ids, below ``data_root``, the first in each line:
            ``oidv6-classes-trainable.txt`` (9,605 classes), ``classes-trainable.txt`` (7,186, or
            5,000 in V3), or ``class-descriptions-boxable.csv`` (601 lines, "600 classes" to its
            owners).
        description_file: The names of machine ids, below ``data_root``, such as
            ``oidv6-class-descriptions.csv``. None takes the ids as names. If several classes have
            one name, the id follows it.
        image_list: A CSV with a column ImageID, below ``data_root``, such as a published list of
            images, or a list of those that were downloaded. The dataset has these images, with or
            without labels. None takes the images with labels.
        cache_dir: The folder of the cache, below ``data_root`` if it is relative.
        suffix: The end of an image's file name, after the id.
        check_images: Check that every image is in its folder. Listing millions of files takes
            minutes, so the default is False.
        **kwargs: Other arguments of :class:`AnnotatedDataset`, such as ``hierarchy``.

    Raises:
        FileNotFoundError: One of the files is missing.
        ValueError: A file is of another format; the message names file, row and column.
    """

    def __init__(
        self,
        ann_file: str,
        class_file: str,
        description_file: str | None = None,
        image_list: str | None = None,
        cache_dir: str = "cache",
        suffix: str = ".jpg",
        check_images: bool = False,
        **kwargs: Any,
    ):
        self.class_file, self.description_file = class_file, description_file
        self.image_list, self.cache_dir, self.suffix = image_list, cache_dir, suffix
        super().__init__(ann_file=ann_file, check_images=check_images, **kwargs)

    def load_annotations(self) -> Annotations:
        """The annotations in the cache, which is made if it is not there."""
        folder = os.path.join(self.below_root(self.cache_dir), f"open_images_{self._key()}")
        os.makedirs(os.path.dirname(folder), exist_ok=True)
        with FileLock(f"{folder}.lock"):  # one process reads, the others wait
            if not os.path.exists(folder):
                save(super().load_annotations(), folder)
                note(f"OpenImages: the labels are kept in {folder}")
        return StoredAnnotations(folder)

    def _key(self) -> str:
        """A hash of all that the result depends on.

        A file is known by its path, its size and two times: ``cp -p`` and ``rsync -t`` can give
        changed content an old modification time, but they cannot set the time of the change.
        """
        names = dict(
            class_file=self.class_file,
            description_file=self.description_file,
            image_list=self.image_list,
            hierarchy=self.hierarchy if isinstance(self.hierarchy, str) else None,
        )
        paths = {option: self.below_root(name) for option, name in names.items() if name}
        files = {}
        for option, file in dict(paths, ann_file=self.ann_file).items():
            if not os.path.exists(file):
                raise FileNotFoundError(f"there is no {file}: {_WHERE}.")
            stat = os.stat(file)
            times = stat.st_mtime_ns, stat.st_ctime_ns
            files[option] = os.path.abspath(file), stat.st_size, *times
        options = [self.hierarchy, self._metainfo.get("classes"), self.suffix]
        text = json.dumps([_CACHE_VERSION, files, options], sort_keys=True)
        return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()

    def read(self) -> Annotations:
        """One pass over the labels."""
        mids = machine_ids(self.below_root(self.class_file))
        ids, codes, counts = verified(self.ann_file, mids)
        note_size(self.ann_file, counts["read"], _PUBLISHED, "labels")
        rows = np.unique(ids)
        if self.image_list is not None:
            rows = listed(self.below_root(self.image_list))
        place = np.asarray(np.searchsorted(rows, ids))
        there = place < len(rows)
        there[there] = rows[place[there]] == ids[there]
        counts["of images outside image_list"] = len(ids) - int(there.sum())
        keys = place[there] * (2 * len(mids)) + codes[there]
        del ids, codes, place, there
        keys, counts["conflicting"] = without_conflicts(keys)
        labels = LabelMatrix.from_keys(keys, (len(rows), len(mids)), default_state=-1)
        report = ", ".join(f"{number:,} {what}" for what, number in counts.items())
        note(f"OpenImages: {len(rows):,} images; labels: {report}")
        return Annotations(HexNames(rows, self.suffix), mids, labels)

    def _with_hierarchy(self, found: Annotations) -> Annotations:
        """The hierarchy has machine ids, so classes get their names after it is applied."""
        found = super()._with_hierarchy(found)
        return Annotations(found.images, self._names(found.classes), found.labels)

    def _names(self, mids: Sequence[str]) -> Sequence[str]:
        """The names of machine ids."""
        if self.description_file is None:
            return mids
        path = self.below_root(self.description_file)
        name_of = described(path)
        missing = [mid for mid in mids if mid not in name_of]
        if missing:
            raise ValueError(
                f"{path} lacks {len(missing)} of the {len(mids)} classes of {self.class_file}, the "
                f"first is {missing[0]}: take both files from one version, or set "
                "description_file=None."
            )
        names = [name_of[mid] for mid in mids]
        often = {name for name, number in Counter(names).items() if number > 1}
        return [f"{n} ({mid})" if n in often else n for n, mid in zip(names, mids, strict=True)]

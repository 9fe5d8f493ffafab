"""A small file that says which labels are known, for publication and further runs."""

from pathlib import Path

import numpy as np

from ...formats.common.output_paths import check_new
from ...labels import NEGATIVE, POSITIVE, UNKNOWN
from ...labels.annotations import Annotations
from ...labels.identity import is_part_of
from ...labels.matrix import LabelMatrix
from ...utils.arrays import read_arrays
from ...utils.names import canonical
from ...utils.reading import reads
from ...utils.text_files import check_file
from ...utils.whole_file import whole_file
from .published_masks import read_published_mask


def save_mask(path: str, annotations: Annotations) -> None:
    """Write the known labels.

    A label takes two bytes, unless it is in the most common state, and an image takes the eight
    bytes of a hash of its name. The order of the images makes no difference.

    Raises:
        FileExistsError: The file exists.
        ValueError: The name does not end in ``.npz``.
    """
    if not path.endswith(".npz"):
        raise ValueError(f"{path} does not end in .npz: give the mask file another name.")
    check_new(path)
    order = np.argsort(annotations.name_hashes)
    labels = annotations.labels.take(order)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with whole_file(Path(path)) as partial, open(partial, "wb") as file:
        np.savez_compressed(
            file,
            images=annotations.name_hashes[order],
            classes=np.array(annotations.classes),
            indptr=labels.indptr,
            codes=labels.codes,
            unlisted=np.array(labels.default_state),
        )


@reads("a mask file")
def load_mask(path: str, annotations: Annotations) -> LabelMatrix:
    """The labels that a file has.

    Args:
        path: A file of :func:`save_mask`, or one of
            :func:`~mmpartial.datasets.hiding.published_masks.read_published_mask`.
        annotations: All labels.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The file is not a mask file, or was made for other images, classes or labels.
    """
    check_file(path, "set mask_file to its path.")
    if path.endswith((".txt", ".npy")):
        files = [image.rsplit("/", 1)[-1] for image in annotations.images]
        return read_published_mask(path, files, annotations.labels)
    try:
        saved, classes, labels = _read(path, 4 * len(annotations) * (len(annotations.classes) + 6))
    except Exception as error:  # from zipfile, zlib, NumPy or here
        raise ValueError(
            f"{path} is not a mask file that save_mask wrote ({error}): take another file."
        ) from error
    if classes != annotations.classes:
        raise ValueError(
            f"{path} was made for other classes ({len(classes)}, the first {list(classes[:3])}) "
            f"than the dataset's ({len(annotations.classes)}, the first "
            f"{list(annotations.classes[:3])}): take the mask file of this dataset."
        )
    hashes = annotations.name_hashes
    missing = np.flatnonzero(~np.isin(hashes, saved))
    if missing.size or len(saved) != len(hashes):
        first = f", for example '{annotations.names[int(missing[0])]}'" if missing.size else ""
        raise ValueError(
            f"{path} was made for other images: it lacks {missing.size} of the dataset's "
            f"{len(hashes)}{first}, and has {len(saved)} in all, so take the mask file of this "
            "dataset."
        )
    labels = labels.take(np.searchsorted(saved, hashes))
    if not is_part_of(labels, annotations.labels):
        raise ValueError(
            f"{path} was made from other annotations of the same images: take the mask file of "
            "this dataset."
        )
    return labels


def _read(path: str, size: int) -> tuple[np.ndarray, tuple[str, ...], LabelMatrix]:
    """The hashes of images' names, the classes and the labels in a file of :func:`save_mask`."""
    file = read_arrays(path, size)
    images, classes = file["images"], tuple(map(canonical, file["classes"].tolist()))
    indptr, codes, unlisted = file["indptr"], file["codes"], int(file["unlisted"])
    arrays = images, indptr, codes
    kinds = "".join(array.dtype.kind for array in arrays)
    if kinds not in ("iiu", "iii") or any(array.ndim != 1 for array in arrays):
        raise ValueError("its arrays are not of whole numbers")
    if (
        len(indptr) != len(images) + 1
        or (indptr[0], indptr[-1]) != (0, len(codes))
        or unlisted not in (UNKNOWN, NEGATIVE, POSITIVE)
    ):
        raise ValueError("its arrays do not fit each other")
    entries: np.ndarray = codes.astype(np.int64)
    number = np.diff(indptr)
    if (number < 0).any() or (entries < 0).any() or (entries >= 2 * len(classes)).any():
        raise ValueError("it has a class that it does not list")
    place = np.repeat(np.arange(len(images)), number) * len(classes) + entries // 2
    if (np.diff(images) <= 0).any() or (np.diff(place) <= 0).any():
        raise ValueError("its images or classes are out of order")
    return images, classes, LabelMatrix(indptr, codes, len(classes), unlisted)

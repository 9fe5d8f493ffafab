"""Which labels are known, as one small file that can be published and used again."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..counter_rng import hash_text
from ..labels import UNKNOWN


def _sorted_hashes(ids: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """64-bit hashes of the ids in ascending order, and the order."""
    hashes = np.array([hash_text(i) for i in ids], dtype=np.int64)
    order = np.argsort(hashes)
    return hashes[order], order


def _digest(labels: np.ndarray) -> str:
    return hashlib.blake2b(labels.tobytes(), digest_size=16).hexdigest()


def save_mask(path: str, ids: Sequence[str], classes: Sequence[str], labels: np.ndarray) -> None:
    """Write the known entries of ``(N, L)`` labels: one bit a label, 8 bytes an image.

    The order of the images does not matter. A hash of the labels themselves goes along, so that
    a file cannot be used with other annotations.

    Raises:
        FileExistsError: The file exists.
    """
    if Path(path).exists():
        raise FileExistsError(f"{path} exists already: choose another name or remove it.")
    hashes, order = _sorted_hashes(ids)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    with open(path, "xb") as file:
        np.savez_compressed(
            file,
            images=hashes,
            classes=np.array([str(c) for c in classes]),
            known=np.packbits(labels[order] != UNKNOWN, axis=1),
            digest=np.array(_digest(labels[order])),
        )


def load_mask(
    path: str, ids: Sequence[str], classes: Sequence[str], labels: np.ndarray
) -> np.ndarray:
    """Hide the entries of ``(N, L)`` labels that the file does not know.

    Raises:
        FileNotFoundError: There is no such file.
        ValueError: The file is none of ours, or was made for other images, classes or labels.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            saved, names = file["images"], file["classes"].tolist()
            known, digest = file["known"], str(file["digest"])
    except FileNotFoundError:
        raise FileNotFoundError(f"there is no mask file {path}: check mask_file.") from None
    except Exception as error:
        raise ValueError(f"{path} is not a mask file that save_mask wrote ({error}).") from error
    if names != [str(c) for c in classes]:
        raise ValueError(
            f"{path} was made for other classes ({len(names)}, the first {names[:3]}) than the "
            f"dataset's ({len(classes)}, the first {[str(c) for c in classes[:3]]})."
        )
    hashes, order = _sorted_hashes(ids)
    missing = np.flatnonzero(~np.isin(hashes, saved))
    if missing.size or len(saved) != len(hashes):
        first = f", for example '{ids[order[missing[0]]]}'" if missing.size else ""
        raise ValueError(
            f"{path} was made for other images: it lacks {missing.size} of the dataset's "
            f"{len(hashes)}{first}, and has {len(saved)} in all."
        )
    hidden = labels[order]
    hidden[np.unpackbits(known, axis=1, count=len(classes)) == 0] = UNKNOWN
    if _digest(hidden) != digest:
        raise ValueError(f"{path} was made from other annotations of the same images.")
    result = np.empty_like(hidden)
    result[order] = hidden
    return result

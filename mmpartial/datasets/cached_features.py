"""A dataset with features of a frozen network in place of images."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from mmengine.dataset import Compose, force_full_init
from mmengine.dist import is_main_process

from ..labels.annotations import Annotations
from ..registry import DATASETS
from .feature_sources import check_unchanged, files_of
from .feature_store import FeatureStore
from .records import record_without_labels
from .source import annotations_of, read_source


@DATASETS.register_module()
class CachedFeatures:
    """The labels and ids of a dataset, with cached features in place of its images.

    ``tools/cache_features.py`` computes the features, and so does ``tools/train.py`` if some are
    missing. Vectors are standardized, and a sample's ``img`` is the vector as an image of one
    pixel, ``(1, 1, D)``, for :class:`mmpartial.FeatureVector`. Maps are not changed; a sample's
    ``img`` is ``(H, W, D)``, for :class:`mmpartial.EfficientNetStages`.

    Args:
        dataset: The dataset of the images, or its config; no image is opened.
        features: The folder of the features.
        part: The name of the features in the folder, such as ``'train'`` or ``'val'``. Datasets
            that share images, such as the parts of one table, may share a name.
        standardized_by: The name of the features whose mean and deviation standardize vectors.
        random_view: Take one of the stored views at random, for training; else the first.
        lazy_init: Do not load annotations yet.

    Raises:
        FileNotFoundError: There are no such features.
        ValueError: The features are not complete, lack some of the images, or are those of files
            that have changed since.
    """

    def __init__(
        self,
        dataset: Any,
        features: str,
        part: str = "train",
        random_view: bool = False,
        standardized_by: str = "train",
        lazy_init: bool = False,
    ):
        self.dataset = DATASETS.build(dataset) if isinstance(dataset, dict) else dataset
        self.folder, self.part, self.random_view = features, part, random_view
        self.standardized_by = standardized_by
        self.pipeline = Compose([self._with_features, dict(type="PackInputs")])
        self._fully_initialized = False
        if not lazy_init:
            self.full_init()

    def full_init(self) -> None:
        """Read the annotations, and find the features of each image."""
        if self._fully_initialized:
            return
        self.dataset.full_init()
        source = read_source(self.dataset)
        store = FeatureStore(self.folder, self.part).open()
        names = source.annotations.names
        rows = store.rows(source.annotations.name_hashes, names)
        self._row = rows[np.asarray(source.image)]
        if is_main_process():
            check_unchanged(store.stem, self._row, files_of(self.dataset))
        self._features = np.asarray(store.features)  # still memory-mapped, but quicker to index
        self._vectors = self._features.ndim == 3
        self._weights = store.meta["made_with"].get("weights")
        self._moments: dict[str, tuple[float, ...]] = {}
        if self._vectors:
            self._standardize(*FeatureStore(self.folder, self.standardized_by).open().moments())
        self._fully_initialized = True

    def _standardize(self, mean: np.ndarray, std: np.ndarray) -> None:
        self._moments = dict(mean=tuple(mean.tolist()), std=tuple(std.tolist()))
        self._mean: np.ndarray = mean.astype(np.float32)
        self._scale: np.ndarray = (1 / std).astype(np.float32)

    @force_full_init
    def standardize_as(self, trained: Mapping[str, Any]) -> None:
        """Standardize as a training did, so that images added later do not change its inputs.

        Args:
            trained: The ``features`` of the :attr:`metainfo` in its checkpoint.

        Raises:
            ValueError: Its features are from another network.
        """
        if trained.get("weights") != self._weights:
            raise ValueError(
                f"{self.folder} has features from another network than those of the checkpoint: "
                "set features of the datasets to the folder that the training used."
            )
        if self._vectors and "mean" in trained:
            self._standardize(np.array(trained["mean"]), np.array(trained["std"]))

    @property
    @force_full_init
    def same_samples(self) -> bool:
        """Whether samples never change, and all of them fit in a GiB with their labels."""
        views = self._features[0]
        labels = len(self.dataset.metainfo["classes"])  # a byte each
        fit = len(self) * (views[0].nbytes + labels) <= 2**30
        return fit and (len(views) == 1 or not self.random_view)

    @property
    @force_full_init
    def annotations(self) -> Annotations | None:
        """The annotations of the dataset of the images, or None if it reads sample by sample."""
        return annotations_of(self.dataset)

    @property
    @force_full_init
    def metainfo(self) -> dict:
        """Meta information of the dataset of the images, and of the features.

        It is a part of checkpoints, and so a model that was trained on features can predict images.
        """
        features = dict(weights=self._weights, **self._moments)
        return dict(self.dataset.metainfo, features=features)

    @property
    def data_prefix(self) -> dict:
        """The folders of the images, which their ids leave out."""
        return getattr(self.dataset, "data_prefix", {})

    @force_full_init
    def __len__(self) -> int:
        return len(self._row)

    @force_full_init
    def get_data_info(self, idx: int) -> dict:
        """The record of the image, with ``feature``, the number of its features."""
        return dict(self.dataset.get_data_info(idx), feature=self._row[idx])

    @force_full_init
    def record(self, idx: int) -> dict:
        """The record without labels, with ``feature``."""
        return dict(record_without_labels(self.dataset, idx), feature=self._row[idx])

    def _with_features(self, info: dict) -> dict:
        """The record with ``img``, one of the views of its features.

        The pipeline includes it, because the pipeline runs with its own seed for each sample.
        """
        views = self._features[info["feature"]]
        view = views[np.random.randint(len(views)) if self.random_view else 0]
        if self._vectors:
            view = ((view - self._mean) * self._scale)[:, None, None]
        return dict(info, img=np.array(view).transpose(1, 2, 0))  # a copy: the file is read-only

    def get_cat_ids(self, idx: int) -> Sequence[int]:
        """Positive classes."""
        return self.dataset.get_cat_ids(idx)

    def __getitem__(self, idx: int) -> dict:
        return self.pipeline(self.get_data_info(idx))

"""Labels of batches: sparse until they are on a device, and what every transform sees."""

import numpy as np
import pytest
import torch
from mmcv.transforms import BaseTransform
from mmengine.dataset import default_collate
from mmpretrain.models import ClsDataPreprocessor
from mmpretrain.registry import TRANSFORMS

from mmpartial.datasets import ClutteredDigits, MergedDataset, PartialLabelDataset
from mmpartial.datasets.transforms.label_free import is_label_free
from mmpartial.labels.matrix import LabelMatrix
from mmpartial.labels.sparse_labels import LabelRow

CROP, PACK = dict(type="RandomCrop", crop_size=48, padding=8), dict(type="PackInputs")
FLIPS = [dict(type="RandomFlip", prob=prob) for prob in (1.0, 0.0)]
VIEWS = dict(type="TestTimeAug", transforms=[FLIPS, [PACK]])


@TRANSFORMS.register_module()
class ForgetFirstClass(BaseTransform):
    """A user's transform that changes labels."""

    def transform(self, results):
        assert results["gt_score"].dtype == np.int8
        results["gt_score"][0] = -1
        return results


def digits(*pipeline):
    inner = ClutteredDigits("test", indices=16, pipeline=list(pipeline))
    return PartialLabelDataset(inner, setting="PAL", ratio=0.6)


def samples(batch):
    return [sample["data_samples"] for sample in batch]


def test_labels_become_dense_in_mmpretrains_data_preprocessor(monkeypatch):
    dataset = digits(CROP, PACK)
    labels = dataset.labels[:]
    with monkeypatch.context() as patch:
        patch.setattr(LabelMatrix, "__getitem__", None)  # no sample is expanded on its own
        batch = default_collate(dataset.__getitems__([7, 3, 7]))
    assert all(isinstance(s.gt_score, LabelRow) for s in batch["data_samples"])
    data = ClsDataPreprocessor()(batch, training=True)
    scores = [s.gt_score for s in data["data_samples"]]
    assert scores[0].dtype == torch.float32 and scores[0]._base is scores[2]._base
    np.testing.assert_array_equal(torch.stack(scores), labels[[7, 3, 7]])
    assert data["data_samples"][0].to_dict()["gt_score"] is scores[0]


def test_a_sample_alone_has_a_tensor():
    sample = digits(CROP, PACK)[5]["data_samples"]
    assert type(sample.gt_score) is torch.Tensor and sample.gt_score.dtype == torch.float32


def test_a_transform_from_elsewhere_sees_labels_and_may_change_them():
    dataset = digits(dict(type="ForgetFirstClass"), PACK)
    for sample in samples(dataset.__getitems__([2, 4])):
        assert type(sample.gt_score) is torch.Tensor and sample.gt_score[0] == -1
        np.testing.assert_array_equal(sample.gt_score[1:], dataset.labels[sample.row][1:])
    inside = dict(type="RandomApply", transforms=[dict(type="ForgetFirstClass")], prob=1.0)
    hidden = digits(inside, PACK)
    assert not is_label_free(hidden.dataset.pipeline)
    assert samples(hidden.__getitems__([2]))[0].gt_score[0] == -1


def test_all_views_of_an_image_have_its_labels():
    dataset = digits(VIEWS)
    (views,) = samples(dataset.__getitems__([6]))
    assert len(views) == 2 and is_label_free(dataset.dataset.pipeline)
    for view in [*views, *dataset[6]["data_samples"]]:
        np.testing.assert_array_equal(view.to("cpu").gt_score, dataset.labels[6])


def test_images_of_merged_datasets_take_the_same_way():
    sources = {name: ClutteredDigits("test", indices=4, pipeline=[PACK]) for name in "ab"}
    dataset = PartialLabelDataset(MergedDataset(sources), setting="FAL")
    found = samples(dataset.__getitems__([1, 6]))
    assert all(isinstance(s.gt_score, LabelRow) for s in found)
    np.testing.assert_array_equal(torch.stack([s.gt_score for s in found]).to("cpu"),
                                  dataset.labels[[1, 6]])  # fmt: skip


def test_a_dataset_may_replace_get_data_info_alone():
    class Named(ClutteredDigits):
        def get_data_info(self, idx):
            return dict(super().get_data_info(idx), camera=f"camera {idx}")

    dataset = PartialLabelDataset(Named("test", indices=4, pipeline=[PACK]), setting="FAL")
    assert dataset.get_data_info(2)["camera"] == "camera 2"
    assert "gt_label" not in dataset.get_data_info(2)


@pytest.mark.parametrize("workers", [0, 2])
def test_workers_send_sparse_labels(workers):
    dataset = digits(PACK)
    loader = torch.utils.data.DataLoader(dataset, 8, num_workers=workers,
                                         collate_fn=default_collate)  # fmt: skip
    for start, batch in zip((0, 8), loader, strict=True):
        stacked = torch.stack([s.gt_score for s in batch["data_samples"]])
        assert not isinstance(stacked, torch.Tensor)
        np.testing.assert_array_equal(stacked.to("cpu"), dataset.labels[start : start + 8])

"""Every sentence that the guard can say, as a user would read it."""

import json

import numpy as np
import pytest
import torch
from mmengine.evaluator import BaseMetric
from mmpretrain.registry import METRICS
from PIL import Image

from mmpartial.datasets import ClutteredDigits
from mmpartial.engine.checks import GuardError
from mmpartial.labels.matrix import LabelMatrix
from tests.runs import tiny_runner

PARTIAL = "train_dataloader__dataset"


def hide_class(dataset, cls):
    labels = dataset.labels.dense()
    labels[:, cls] = -1
    dataset.labels = LabelMatrix.from_dense(labels)


def stops(runner, message):
    with pytest.raises(GuardError, match=f"^mmpartial guard: .*{message}"):
        runner.train()


STOCK_HEAD = dict(
    _delete_=True, type="MultiLabelLinearClsHead", num_classes=40, in_channels=16,
    loss=dict(type="AsymmetricLoss"),
)  # fmt: skip


def test_stock_loss_on_unknown_labels(tmp_path):
    runner = tiny_runner(tmp_path, model__head=STOCK_HEAD, custom_hooks=[])
    stops(runner, r"AsymmetricLoss would train on as the number -1: set model.head.loss")


def test_stock_loss_on_full_labels_is_fine(tmp_path):
    tiny_runner(tmp_path, "resnet18_digits_fal.py", model__head=STOCK_HEAD, custom_hooks=[]).train()


@pytest.mark.parametrize("augment", ["Mixup", "CutMix", "ResizeMix"])
def test_blending_augmentation_on_unknown_labels(tmp_path, augment):
    options = dict(type=augment, alpha=0.8)
    runner = tiny_runner(tmp_path, model__train_cfg=dict(augments=[options]))
    stops(runner, f"{augment} blends the labels of two images.*train_cfg=None")


def test_blending_augmentation_on_full_labels_is_fine(tmp_path):
    augments = dict(augments=[dict(type="Mixup", alpha=0.8)])
    tiny_runner(tmp_path, "resnet18_digits_fal.py", model__train_cfg=augments).train()


def test_head_of_another_size(tmp_path):
    runner = tiny_runner(tmp_path, model__head__num_classes=39)
    stops(runner, "has 40 classes but model.head.num_classes=39")


def test_validation_classes_in_another_order(tmp_path):
    classes = [f"class {i}" for i in range(40)]
    runner = tiny_runner(tmp_path, val_dataloader__dataset__metainfo=dict(classes=classes))
    stops(runner, "different classes .the second lacks 'red 0', .*alone has 'class 0'")


def test_two_wrappers_in_a_concat(tmp_path):
    runner = tiny_runner(tmp_path)
    config = runner.cfg.train_dataloader.dataset.to_dict()
    runner = tiny_runner(
        tmp_path,
        train_dataloader__dataset=dict(
            _delete_=True, type="ConcatDataset", datasets=[config, config]
        ),
    )
    stops(runner, "gives two images one row: put the ConcatDataset inside")


def partial_validation(tmp_path, **options):
    inner = dict(type="mmpartial.ClutteredDigits", split="test", indices=300,
                 pipeline=[dict(type="PackInputs")])  # fmt: skip
    dataset = dict(_delete_=True, type="mmpartial.PartialLabelDataset", dataset=inner, **options)
    return dict(val_dataloader__dataset=dataset)


def test_metric_that_is_blind_to_unknown_validation_labels(tmp_path):
    runner = tiny_runner(
        tmp_path,
        val_evaluator=[dict(type="Accuracy")],
        **partial_validation(tmp_path, setting="PAL", ratio=0.5),
    )
    stops(
        runner, "the labels of val_dataloader.dataset hold unknowns .-1., and Accuracy cannot score"
    )


def test_class_that_the_stock_metric_cannot_score(tmp_path):
    options = partial_validation(tmp_path, setting="PPL", ratio=0.01)
    runner = tiny_runner(tmp_path, val_evaluator=[dict(type="AveragePrecision")], **options)
    hide_class(runner.val_dataloader.dataset, 3)
    stops(
        runner,
        "AveragePrecision cannot score classes without any known label in val.*yellow 0",
    )


def test_class_that_the_own_metric_leaves_out(tmp_path):
    options = partial_validation(tmp_path, setting="PPL", ratio=0.01)
    runner = tiny_runner(tmp_path, **options, default_hooks__checkpoint__save_best=None)
    hide_class(runner.val_dataloader.dataset, 3)
    runner.train()
    table = runner.val_evaluator.metrics[0].report.per_class
    assert table.loc[3, ["positive", "negative"]].tolist() == [0, 0] and np.isnan(table["AP"][3])


def test_validation_without_a_negative(tmp_path):
    options = partial_validation(tmp_path, setting="PPL", ratio=1.0)
    runner = tiny_runner(tmp_path, **options, val_evaluator=[dict(type="AveragePrecision")])
    stops(runner, "val_dataloader.dataset has no known negative, so AveragePrecision is 100")


def stock_validation(tmp_path, **item):
    items = [dict(img_path="a.png", **item)] * 3
    file = tmp_path / "val.json"
    classes = list(ClutteredDigits.METAINFO["classes"])
    file.write_text(json.dumps(dict(metainfo=dict(classes=classes), data_list=items)))
    dataset = dict(_delete_=True, type="MultiLabelDataset", ann_file=str(file), pipeline=[])
    return dict(val_dataloader__dataset=dataset)


def test_validation_that_lists_what_its_dataset_does_not_read(tmp_path):
    runner = tiny_runner(tmp_path, **stock_validation(tmp_path, gt_label=[1], gt_label_neg=[2]))
    stops(
        runner, "val_dataloader.dataset lists gt_label_neg, which MultiLabelDataset does not read"
    )


def test_unwrapped_validation_with_a_class_that_nobody_looked_at(tmp_path):
    score = [-1] + [1, 0] * 19 + [0]
    options = stock_validation(tmp_path, gt_score=score)
    runner = tiny_runner(tmp_path, val_evaluator=[dict(type="AveragePrecision")], **options)
    stops(runner, "cannot score classes without any known label in val_dataloader.dataset .red 0")


@METRICS.register_module()
class CountingMetric(BaseMetric):
    """A user's own metric, which the guard knows nothing about."""

    def process(self, data_batch, data_samples):
        self.results.extend(sample["gt_score"] for sample in data_samples)

    def compute_metrics(self, results):
        return {"count": len(results)}


def test_a_users_own_metric_is_trusted(tmp_path):
    options = partial_validation(tmp_path, setting="PAL", ratio=0.5)
    tiny_runner(tmp_path, val_evaluator=[dict(type="CountingMetric")], **options,
                default_hooks__checkpoint__save_best=None).train()  # fmt: skip


def test_partial_test_labels(tmp_path):
    options = partial_validation(tmp_path, setting="PAL", ratio=0.5)
    runner = tiny_runner(tmp_path, test_evaluator=[dict(type="Accuracy")],
                         test_dataloader__dataset=options["val_dataloader__dataset"])  # fmt: skip
    with pytest.raises(GuardError, match=r"the labels of test_dataloader.dataset hold unknowns"):
        runner.test()


def test_resume_with_other_hidden_labels(tmp_path):
    bce = dict(model__head__loss=dict(_delete_=True, type="mmpartial.PartialBCELoss"))
    tiny_runner(tmp_path, custom_hooks=[], **bce).train()
    runner = tiny_runner(tmp_path, custom_hooks=[], resume=True, train_cfg__max_epochs=3,
                         train_dataloader__dataset__seed=5, **bce)  # fmt: skip
    stops(runner, "was trained on other labels")


def test_checkpoint_of_classes_in_another_order(tmp_path):
    tiny_runner(tmp_path, train_cfg__val_interval=9).train()
    saved = str(tmp_path / "epoch_2.pth")
    order = [1, 0, *range(2, 40)]
    classes = tuple(ClutteredDigits.METAINFO["classes"][i] for i in order)
    swapped = {f"{part}__metainfo": dict(classes=classes)
               for part in ("val_dataloader__dataset", "test_dataloader__dataset")}  # fmt: skip
    runner = tiny_runner(tmp_path / "test", load_from=saved, **swapped)
    message = "has other classes than .* .their order differs, 'green 0' is where .* has 'red 0'"
    with pytest.raises(GuardError, match=f"test_dataloader.dataset {message}"):
        runner.test()
    train = dict(train_dataloader__dataset__dataset__metainfo=dict(classes=classes))
    stops(tiny_runner(tmp_path / "load", load_from=saved, **swapped, **train),
          "train_dataloader.dataset has its classes in another order")  # fmt: skip
    tiny_runner(tmp_path / "same", load_from=saved).test()


def test_partial_validation_is_fine_otherwise(tmp_path):
    tiny_runner(tmp_path, **partial_validation(tmp_path, setting="PAL", ratio=0.9)).train()


def test_class_without_a_known_label_is_reported(tmp_path, caplog):
    runner = tiny_runner(tmp_path)
    hide_class(runner.train_dataloader.dataset, 7)
    runner.logger.addHandler(caplog.handler)
    runner.train()
    assert "1 of 40 classes have no known label and cannot be learned: yellow 1" in caplog.text


def custom_labels(tmp_path, score):
    """A stock dataset whose items bring gt_score, with no wrapper around it."""
    image = tmp_path / "a.png"
    torch.manual_seed(0)
    Image.new("RGB", (48, 48)).save(image)
    items = [dict(img_path=str(image), gt_score=score) for _ in range(32)]
    file = tmp_path / "ann.json"
    file.write_text(json.dumps(dict(metainfo=dict(classes=["a", "b"]), data_list=items)))
    return dict(
        train_dataloader__dataset=dict(
            _delete_=True, type="MultiLabelDataset", ann_file=str(file),
            pipeline=[dict(type="LoadImageFromFile"), dict(type="PackInputs")],
        ),
        val_dataloader=None, val_cfg=None, val_evaluator=None,
        default_hooks__checkpoint__save_best=None,
        model__head__num_classes=2, model__data_preprocessor=dict(num_classes=2),
        custom_hooks=[],
    )  # fmt: skip


@pytest.mark.parametrize("value", [2.0, -0.1, float("nan")])
def test_labels_that_no_wrapper_has_checked(tmp_path, value):
    loss = dict(_delete_=True, type="mmpartial.PartialBCELoss")
    options = custom_labels(tmp_path, [1.0, value])
    runner = tiny_runner(tmp_path, **options, model__head__loss=loss, model__head__q=1.0)
    stops(runner, "gt_score of image 0 of the batch is .* for class 1")


def test_unknowns_without_a_wrapper_and_a_stock_loss(tmp_path):
    head = dict(STOCK_HEAD, num_classes=2)
    options = {**custom_labels(tmp_path, [1.0, -1.0]), "model__head": head}
    del options["model__head__num_classes"]  # the head above says it
    stops(tiny_runner(tmp_path, **options), "AsymmetricLoss would train on as the number -1")


def test_logits_that_are_not_finite(tmp_path):
    runner = tiny_runner(tmp_path)
    with torch.no_grad():
        runner.model.head.fc.weight.fill_(float("nan"))
    runner._has_loaded = True
    runner.model.init_weights = lambda: None
    stops(runner, "the loss of iteration 1 is nan, because the logits are not finite")


def test_a_finite_loss_that_no_labels_can_cost(tmp_path):
    runner = tiny_runner(tmp_path)
    loss = runner.model.head.loss_module
    forward = loss.forward
    loss.forward = lambda *args, **kwargs: forward(*args, **kwargs) * 1e20
    stops(
        runner,
        "the loss of iteration 1 is .*e.(18|19), because a weight of the loss, or",
    )


def test_dumped_predictions_of_partial_labels(tmp_path):
    options = partial_validation(tmp_path, setting="PAL", ratio=0.5)
    dump = dict(type="DumpResults", out_file_path=str(tmp_path / "out.pkl"))
    tiny_runner(tmp_path, test_dataloader__dataset=options["val_dataloader__dataset"],
                test_evaluator=[dump]).test()  # fmt: skip
    assert (tmp_path / "out.pkl").exists()


def test_dumped_predictions_without_any_label(tmp_path, caplog):
    (tmp_path / "new.csv").write_text("image,cat,dog\n1.png,,\n")
    Image.new("RGB", (28, 28)).save(tmp_path / "1.png")
    new = dict(_delete_=True, type="mmpartial.AnnotatedImages", format="wide_csv",
               ann_file="new.csv", data_root=str(tmp_path), allow_no_positives=True,
               pipeline=[dict(type="LoadImageFromFile"), dict(type="PackInputs")])  # fmt: skip
    dump = dict(type="DumpResults", out_file_path=str(tmp_path / "out.pkl"))
    metric = dict(type="mmpartial.PartialMultiLabelMetric")
    runner = tiny_runner(tmp_path, test_dataloader__dataset=new, test_evaluator=[metric, dump],
                         model__head__num_classes=2)  # fmt: skip
    runner.logger.addHandler(caplog.handler)
    runner.test()
    assert "test_dataloader.dataset has no known label, so the metrics below mean" in caplog.text
    assert (tmp_path / "out.pkl").exists()


def test_column_that_is_no_class(tmp_path):
    file = tmp_path / "train.csv"
    file.write_text("image,cat,dog,notes\n1.jpg,1,0,\n2.jpg,0,1,0\n")
    for name in "12":
        Image.new("RGB", (8, 8)).save(tmp_path / f"{name}.jpg")
    inner = dict(type="mmpartial.AnnotatedImages", format="wide_csv", ann_file=str(file),
                 data_root=str(tmp_path),
                 pipeline=[dict(type="PackInputs")])  # fmt: skip
    dataset = dict(_delete_=True, type="mmpartial.PartialLabelDataset", dataset=inner)
    runner = tiny_runner(tmp_path, train_dataloader__dataset=dataset, model__head__num_classes=2)
    stops(runner, "the classes are cat, dog, notes; never positive: notes.: set model.head.num")


@pytest.mark.parametrize("rows, message", [
    ("1.jpg,0,0\n2.jpg,0,", "2 images x 2 classes. has no known positive, .* another field"),
    ("1.jpg,,\n2.jpg,,", "2 images x 2 classes. has no known label, .* another field"),
])  # fmt: skip
def test_labels_of_which_nothing_can_be_learned(tmp_path, rows, message):
    (tmp_path / "train.csv").write_text(f"image,cat,dog\n{rows}\n")
    for name in "12":
        Image.new("RGB", (8, 8)).save(tmp_path / f"{name}.jpg")
    dataset = dict(_delete_=True, type="mmpartial.AnnotatedImages", format="wide_csv",
                   ann_file=str(tmp_path / "train.csv"), data_root=str(tmp_path), pipeline=[],
                   allow_no_positives=True)  # fmt: skip
    runner = tiny_runner(tmp_path, train_dataloader__dataset=dataset, model__head__num_classes=2)
    stops(runner, f"train_dataloader.dataset .AnnotatedImages of .*train.csv: {message}")


def test_setting_that_hides_all_positives(tmp_path):
    hidden = dict(setting="FPS", ratio=None, num_pos=0, num_neg=-1)
    runner = tiny_runner(tmp_path, train_dataloader__dataset=hidden)
    stops(runner, "has no known positive, so .*: setting='FPS' hides all positives")

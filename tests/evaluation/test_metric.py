"""The metric as an Evaluator and a Runner use it."""

import inspect
import math

import numpy as np
import pandas as pd
import pytest
import torch
from mmengine.evaluator import Evaluator
from mmengine.runner import Runner
from mmpretrain.registry import METRICS
from mmpretrain.structures import DataSample

from mmpartial.engine.hooks import ClassReportHook
from mmpartial.engine.hooks.class_report_hook import lowest
from mmpartial.evaluation import PartialMultiLabelMetric
from mmpartial.evaluation.named_metrics import EXACT, NAMES
from mmpartial.labels import POSITIVE
from tests.commands import ROOT, run_on_two
from tests.evaluation.test_calculate import random_test
from tests.runs import tiny_config, tiny_runner

BINNED = [name for name in NAMES if name not in EXACT]


def samples(scores, labels):
    return [
        DataSample().set_pred_score(torch.tensor(s).float()).set_gt_score(torch.tensor(t).float())
        for s, t in zip(scores, labels, strict=True)
    ]


def process(metric, scores, labels, batch=7):
    evaluator = Evaluator(metrics=metric)
    items = samples(scores, labels)
    for start in range(0, len(items), batch):
        evaluator.process(data_samples=items[start : start + batch])
    return evaluator


@pytest.mark.parametrize("options", [dict(further_metrics=NAMES),
                                     dict(bins=30, further_metrics=BINNED),
                                     dict(topk=3, thr=[0.3] * 7)])  # fmt: skip
def test_batches_are_as_the_whole(options):
    scores, labels = random_test(60)
    scores = scores.astype(np.float32)
    evaluator = process(PartialMultiLabelMetric(**options), scores, labels)
    expected = PartialMultiLabelMetric.calculate(scores, labels, **options).metrics
    found = evaluator.evaluate(60)
    assert found == pytest.approx({f"multi-label/{k}": v for k, v in expected.items()})
    process(evaluator.metrics[0], scores[:40], labels[:40])  # nothing is left of the first
    expected = PartialMultiLabelMetric.calculate(scores[:40], labels[:40], **options).metrics
    assert evaluator.evaluate(40)["multi-label/mAP"] == pytest.approx(expected["mAP"])


def test_a_config_can_give_every_option():
    """A Runner takes an evaluator with the key ``metrics`` for a list of metrics."""
    options = dict(protocol="known", thr=0.4, topk=2, bins=None, further_metrics=["auroc"])
    cfg = dict(type="mmpartial.PartialMultiLabelMetric", **options)
    (metric,) = Runner.build_evaluator(None, cfg).metrics
    assert metric.options == options
    assert "metrics" not in inspect.signature(PartialMultiLabelMetric).parameters


@pytest.mark.parametrize("options", [{}, dict(bins=30)])
def test_padding_is_left_out(options):
    scores, labels = random_test(60)
    scores = scores.astype(np.float32)
    evaluator = process(PartialMultiLabelMetric(**options), scores, labels)
    expected = PartialMultiLabelMetric.calculate(scores[:57], labels[:57], **options).metrics
    assert evaluator.evaluate(57)["multi-label/mAP"] == pytest.approx(expected["mAP"])
    evaluator = process(PartialMultiLabelMetric(**options), scores, labels)
    with pytest.raises(ValueError, match="process 0 saw too many samples"):
        evaluator.evaluate(55)


def test_lists_of_positive_classes():
    scores, labels = random_test(30, states=(0, 1))
    items = [
        DataSample().set_pred_score(torch.tensor(s)).set_gt_label(torch.tensor(t).nonzero()[:, 0])
        for s, t in zip(scores, labels, strict=True)
    ]
    evaluator = Evaluator(metrics=PartialMultiLabelMetric())
    evaluator.process(data_samples=items)
    expected = PartialMultiLabelMetric.calculate(scores.astype(np.float32), labels).metrics["mAP"]
    assert evaluator.evaluate(30)["multi-label/mAP"] == pytest.approx(expected)


def test_unknown_labels_take_no_memory():
    scores, labels = random_test(50)
    labels[:, 1:] = -1
    metric = process(PartialMultiLabelMetric(), scores, labels, batch=25).metrics[0]
    assert sum(map(len, metric.evaluation.ranking.blocks)) == (labels[:25] >= 0).sum()


def test_wrong_samples():
    scores, labels = random_test(3)
    items = samples(scores, labels)
    for number, item in enumerate(items):
        item.set_metainfo(dict(img_path=f"{number}.jpg"))
    items[1].gt_score[2] = 0.5
    metric = PartialMultiLabelMetric()
    with pytest.raises(ValueError, match=r"1.jpg has the label 0.5 for class 2: labels are 1"):
        Evaluator(metrics=metric).process(data_samples=[s.to_dict() for s in items])
    items[1].gt_score[2] = 1
    items[2].pred_score[0] = math.nan
    with pytest.raises(ValueError, match=r"2.jpg has the score nan for class 0"):
        Evaluator(metrics=metric).process(data_samples=[s.to_dict() for s in items])
    with pytest.raises(ValueError, match="there is no sample to evaluate"):
        PartialMultiLabelMetric().evaluate(0)
    with pytest.raises(ValueError, match="there is no protocol 'voc': choose one of known"):
        METRICS.build(dict(type="mmpartial.PartialMultiLabelMetric", protocol="voc"))


def test_numbers_of_other_classes_are_told_at_the_first_batch():
    scores, labels = random_test(3)
    for option in ("train_counts", "thr"):
        with pytest.raises(ValueError, match="2.* but the scores have 7 classes"):
            process(PartialMultiLabelMetric(**{option: [1, 2]}), scores, labels)


def test_two_processes_are_as_one(tmp_path):
    script = ROOT / "tests" / "evaluation" / "two_processes.py"
    done = run_on_two(script, cwd=tmp_path)
    assert done.stdout.count("equal") == 2


@pytest.mark.parametrize("split_counts", ["full", "observed"])
def test_a_run_writes_its_tables_and_a_test_knows_the_bands(tmp_path, split_counts, capsys):
    options = dict(default_hooks__class_report__split_counts=split_counts,
                   val_evaluator__bands=(3, 1), test_evaluator__bands=(3, 1))  # fmt: skip
    runner = tiny_runner(tmp_path, **options)
    runner.train()
    log = capsys.readouterr().out
    dataset = runner.train_dataloader.dataset
    observed = dataset.labels.count(POSITIVE)
    counts = dataset.full_counts if split_counts == "full" else observed
    assert (dataset.full_counts != observed).any()
    table = pd.read_csv(tmp_path / "per_class" / "multi-label_val_2.csv")
    assert table["train"].tolist() == counts.tolist()
    assert table["class"].tolist() == list(dataset.metainfo["classes"])
    assert set(table["frequency"]) == {"head", "medium", "tail"}
    assert "lowest AP of 40 classes:" in log and "all classes are in " in log
    scalars = runner.message_hub.log_scalars
    for name in ("mAP", "mAP_head", "CF1", "mean_F1", "ECE"):
        assert f"multi-label/{name}: " in log
        assert f"val/multi-label/{name}" in scalars
    assert (tmp_path / "best_multi-label_mAP_epoch_2.pth").exists()

    cfg = tiny_config(tmp_path / "test", **options, load_from=str(tmp_path / "epoch_2.pth"))
    cfg.train_dataloader.dataset.dataset.ann_file = "is not read"
    tester = type(runner).from_cfg(cfg)
    found = tester.test()
    assert found["multi-label/mAP_head"] == scalars["val/multi-label/mAP_head"].current()
    tested = pd.read_csv(tmp_path / "test" / "per_class" / "multi-label_test.csv")
    assert tested.equals(table)


def test_a_run_finds_what_stock_metrics_find(tmp_path):
    """On full labels, where no two scores are equal and every class has a positive."""
    ours = dict(type="mmpartial.PartialMultiLabelMetric", prefix="ours")
    stock = [dict(type="AveragePrecision"), dict(type="MultiLabelMetric", thr=0.5)]
    images = dict(val_dataloader__dataset__indices=300)
    runner = tiny_runner(tmp_path, val_evaluator=[*stock, ours], **images)
    runner.train()
    value = {k: v.current() for k, v in runner.message_hub.log_scalars.items()}
    pairs = dict(mAP="mAP", precision="CP", recall="CR", **{"f1-score": "mean_F1"})
    for theirs, name in pairs.items():
        expected = value[f"val/multi-label/{theirs}"]
        assert value[f"val/ours/{name}"] == pytest.approx(expected, rel=1e-4)
    assert (tmp_path / "per_class" / "ours_val_2.csv").exists()


def test_numbers_in_the_config_come_first(tmp_path):
    runner = tiny_runner(tmp_path, val_evaluator__train_counts=[7] * 40)
    runner.train()
    assert set(runner.val_evaluator.metrics[0].report.per_class["train"]) == {7}


def test_wrong_split_counts():
    with pytest.raises(ValueError, match=r"split_counts='all': choose 'full' or 'observed'"):
        ClassReportHook(split_counts="all")


def test_the_log_has_the_classes_of_the_lowest_ap():
    table = pd.DataFrame({"class": list("abcd"), "AP": [40.0, np.nan, 10.0, 20.0]})
    text = "lowest AP of 4 classes: class AP c 10.0 d 20.0"
    assert " ".join(lowest(table, 2).split()) == text
    assert lowest(table[1:2], 2).startswith("no class has an AP, because none has a known positive")

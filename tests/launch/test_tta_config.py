"""test.py --tta on test sets that wrap others."""

import pytest
import torch
from mmengine.config import Config
from mmengine.runner import Runner

from mmpartial.launch.tta_config import with_own_pipeline
from tests.runs import tiny_config

STEPS = [dict(type="LoadImageFromFile"), dict(type="PackInputs")]
OTHER = [dict(type="LoadImageFromFile"), dict(type="Resize", scale=8), dict(type="PackInputs")]


def source(pipeline=STEPS):
    return dict(type="mmpartial.AnnotatedImages", ann_file="a.csv", pipeline=pipeline)


def wrap(dataset, kind="mmpartial.PartialLabelDataset", **options):
    return dict(type=kind, dataset=dataset, **options)


def merged(**datasets):
    return dict(type="mmpartial.MergedDataset", datasets=datasets)


def config(tmp_path, dataset, **cfg):
    path = tmp_path / "mine.py"
    path.write_text(f"test_dataloader = dict(dataset={dataset!r})\n"
                    + "".join(f"{key} = {value!r}\n" for key, value in cfg.items()))  # fmt: skip
    return str(path)


@pytest.mark.parametrize(
    "dataset",
    [
        wrap(source()),
        wrap(wrap(source(), "RepeatDataset", times=2)),
        wrap(wrap(source(), "KFoldDataset", fold=0)),
        wrap(dict(type="ConcatDataset", datasets=[source(), source()])),
        merged(one=source(), two=source()),
        wrap(merged(one=source(), two=wrap(source(), "RepeatDataset", times=2))),
    ],
)
def test_the_pipeline_stands_where_the_script_looks(tmp_path, dataset):
    path = config(tmp_path, dataset, answer=42)
    options = ["last.pth", "--tta", "--cfg-options", "model.head.thr=0.3", "model.module.x=1"]
    (tmp_path / "copy").mkdir()
    copy, *rest = with_own_pipeline([path, *options], tmp_path / "copy")
    assert copy == str(tmp_path / "copy" / "mine.py")
    expected = Config.fromfile(path).to_dict()
    expected["test_dataloader"]["dataset"]["pipeline"] = STEPS
    assert Config.fromfile(copy).to_dict() == expected
    assert rest == [*options[:3], "model.module.head.thr=0.3", "model.module.x=1"]


def test_nothing_changes_where_the_script_finds_one(tmp_path):
    for path, options in (
        (config(tmp_path, wrap(source())), []),
        (config(tmp_path, source()), ["--tta"]),
        (config(tmp_path, wrap(source()), tta_pipeline=OTHER), ["--tta"]),
        (config(tmp_path, wrap(source(), pipeline=OTHER)), ["--tta"]),
        (str(tmp_path / "none.py"), ["--tta"]),
    ):
        arguments = ["--work-dir", str(tmp_path), path, "last.pth", *options]
        assert with_own_pipeline(arguments, tmp_path) == arguments


@pytest.mark.parametrize(
    "dataset, message",
    [
        (merged(one=source(), two=source(OTHER)), "mine.py: .*has different pipelines"),
        (
            wrap(dict(type="mmpartial.ImageList")),
            "test_dataloader.dataset has no pipeline",
        ),
        (wrap(source(), "RepeatDataset", times=2), "is RepeatDataset, which takes no pipeline"),
    ],
)
def test_no_one_pipeline(tmp_path, dataset, message):
    with pytest.raises(ValueError, match=message):
        with_own_pipeline([config(tmp_path, dataset), "--tta"], tmp_path)


@pytest.mark.parametrize("inside", ["plain", "repeated", "merged"])
def test_wrapped_digits_are_tested_in_five_views(tmp_path, inside):
    """The script's own steps; the score of an image is the mean over its views."""
    cfg = tiny_config(tmp_path, test_dataloader__batch_size=3)
    plain = dict(cfg.test_dataloader.dataset, indices=5)
    views = cfg.tta_pipeline[0].transforms[0]
    dataset = dict(
        plain=plain,
        repeated=dict(type="RepeatDataset", times=2, dataset=plain),
        merged=merged(one=plain),
    )[inside]
    cfg.test_dataloader.dataset = wrap(dataset, setting="FAL", pipeline=cfg.tta_pipeline)
    cfg.model = dict(cfg.tta_model, module=cfg.model)
    runner = Runner.from_cfg(cfg)
    scores = runner.test()
    assert {"multi-label/mAP", "multi-label/CF1"} <= set(scores) and len(views) == 5
    runner.model.eval()
    batch = next(iter(runner.test_dataloader))
    with torch.no_grad():
        result = runner.model.test_step(batch)
        single = [
            runner.model.module.test_step(dict(inputs=x, data_samples=s))
            for x, s in zip(batch["inputs"], batch["data_samples"], strict=True)
        ]
    for i, sample in enumerate(result):
        mean = torch.stack([view[i].pred_score for view in single]).mean(0)
        torch.testing.assert_close(sample.pred_score, mean)
        assert set(sample.gt_score.tolist()) == {0, 1} and sample.row == i

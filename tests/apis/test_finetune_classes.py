"""Category-wise fine-tuning of a checkpoint by one call, or one command."""

import copy

import pytest
import torch
from mmengine.runner import Runner
from mmpretrain.registry import DATASETS

from mmpartial.apis import finetune_classes, load_model
from mmpartial.engine.hooks.calibration_hook import KEPT
from mmpartial.utils.torch_load import read_checkpoint
from tests.commands import run_here
from tests.features import compute, load, write_photos
from tests.runs import CONFIGS, tiny_config

TOOL = str(CONFIGS.parent / "tools" / "finetune_classes.py")
FROZEN = "frozen/frozen_efficientnet-lite0_corel5k-fal.py"


def trained(folder, **options):
    """The config and the checkpoint of a tiny run that holds out images."""
    held_out = dict(held_out=0.5, setting="PAL", ratio=0.9)
    keys = {f"train_dataloader__dataset__{key}": value for key, value in held_out.items()}
    more = dict(train_dataloader__dataset__dataset__indices=160, train_cfg__max_epochs=1)
    cfg = tiny_config(folder, **(keys | more | options))
    Runner.from_cfg(cfg).train()
    return cfg, folder / "epoch_1.pth"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return trained(tmp_path_factory.mktemp("run"))


def test_the_new_checkpoint(run, tmp_path):
    """It differs in the last layer alone, and MMPretrain's own test reads it."""
    cfg, checkpoint = run
    file, table = finetune_classes(checkpoint, steps=20, out=tmp_path / "new" / "mine.pth")
    old, new = (read_checkpoint(path) for path in (checkpoint, file))
    assert set(new) <= set(KEPT)
    different = {
        k for k, v in old["state_dict"].items() if not torch.equal(v, new["state_dict"][k])
    }
    assert different == {"head.fc.weight", "head.fc.bias"}
    rows = (old["state_dict"]["head.fc.weight"] != new["state_dict"]["head.fc.weight"]).any(1)
    assert rows.tolist() == (table.step > 0).tolist() and rows.any() and not rows.all()
    possible = table.filter(regex="_(positive|negative)$").min(axis=1) > 0
    assert ((table.step >= 0) == possible).all()
    left = table[table.step == 0]
    assert left.AP_after.tolist() == left.AP_before.tolist()
    assert table.AP_after.mean() > table.AP_before.mean()
    assert torch.equal(
        load_model(file, device="cpu").head.fc.weight, new["state_dict"]["head.fc.weight"]
    )
    cfg = copy.deepcopy(cfg)
    cfg.merge_from_dict(dict(load_from=str(file), work_dir=str(tmp_path / "test"), launcher="none"))
    assert Runner.from_cfg(cfg).test()["multi-label/mAP"] > 0


def test_held_out_labels_are_those_of_the_dataset(run, tmp_path):
    """Neither the validation images nor the hidden labels choose a step."""
    cfg, checkpoint = run
    dataset = copy.deepcopy(cfg.train_dataloader.dataset)
    counts = {}
    for part in ("train", "held_out"):
        labels = DATASETS.build(dict(dataset, part=part)).labels.dense()
        counts[part] = (labels == 1).sum(0).tolist(), (labels == 0).sum(0).tolist()
    table = finetune_classes(checkpoint, steps=1, out=tmp_path / "a.pth").table
    for part, (positive, negative) in counts.items():
        assert table[f"{part}_positive"].tolist() == positive
        assert table[f"{part}_negative"].tolist() == negative
    table = finetune_classes(checkpoint, unknown="negative", steps=1, out=tmp_path / "b.pth").table
    both = table["held_out_positive"] + table["held_out_negative"]
    assert table["held_out_positive"].tolist() == counts["held_out"][0] and both.nunique() == 1


def test_a_run_on_features(tmp_path):
    write_photos(tmp_path)
    cfg = load(FROZEN, tmp_path)
    cfg.merge_from_dict(
        {"extractor.backbone.init_cfg": None, "train_dataloader.dataset.held_out": 0.4,
         "train_dataloader.dataset.setting": "FAL", "train_dataloader.dataset.ratio": None,
         "default_hooks.feature_moments": dict(type="mmpartial.FeatureMomentsHook")}
    )  # fmt: skip
    compute(cfg)
    Runner.from_cfg(cfg).train()
    file, table = finetune_classes(tmp_path / "run" / "epoch_2.pth", steps=5)
    assert file == tmp_path / "run" / "epoch_2_finetuned.pth"
    assert table["train_positive"].sum() + table["held_out_positive"].sum() == 12
    assert table.AP_after.mean() >= table.AP_before.mean()


def test_the_command(run, tmp_path, monkeypatch, capsys):
    _, checkpoint = run
    out = tmp_path / "a.pth"
    run_here(monkeypatch, TOOL, checkpoint, "--steps", 2, "--method", "genetic", "--out", out)
    printed = capsys.readouterr().out
    assert "of 40 classes have changed. Left as they were: " in printed
    assert f"wrote {out}" in printed
    with pytest.raises(SystemExit, match="a.pth exists: give another name, or --force"):
        run_here(monkeypatch, TOOL, checkpoint, "--out", out)
    run_here(monkeypatch, TOOL, checkpoint, "--steps", 1, "--out", out, "--force")


def test_what_is_refused(run, tmp_path):
    cfg, checkpoint = run
    out = dict(out=tmp_path / "none.pth")
    configs = [*checkpoint.parent.glob("*.py")]

    def changed(**options):
        other = copy.deepcopy(cfg)
        other.merge_from_dict({key.replace("__", "."): value for key, value in options.items()})
        return other

    for options, sentence in [
        (dict(train_dataloader__dataset__held_out=0.0),
         f"epoch_1.pth held out no images, .* python tools/train.py {configs[0]} --work-dir "
         f"{checkpoint.parent / 'held_out'} --cfg-options train_dataloader.dataset.held_out=0.15 "),
        (dict(train_dataloader__dataset__seed=1), "epoch_1.pth was trained on other labels"),
        (dict(model__head__type="mmpartial.BoostLUHead"),
         "its head, a BoostLUHead, is not linear in the features"),
    ]:  # fmt: skip
        with pytest.raises(ValueError, match=sentence):
            finetune_classes(checkpoint, changed(**options), **out)
    with pytest.raises(ValueError, match="method='adam': choose one of 'gradient', 'genetic'"):
        finetune_classes(checkpoint, method="adam", **out)
    with pytest.raises(ValueError, match="unknown='half': choose one of 'ignore', 'negative'"):
        finetune_classes(checkpoint, unknown="half", **out)
    with pytest.raises(ValueError, match="steps=0: give 1 or more"):
        finetune_classes(checkpoint, steps=0, **out)
    content = read_checkpoint(checkpoint)
    del content["label_hash"]
    torch.save(content, tmp_path / "old.pth")
    single = changed(
        train_dataloader__dataset__setting="SPL", train_dataloader__dataset__ratio=None
    )
    with pytest.raises(ValueError, match="no class has a known positive and .* --unknown negative"):
        finetune_classes(tmp_path / "old.pth", single, **out)
    assert not (tmp_path / "none.pth").exists()

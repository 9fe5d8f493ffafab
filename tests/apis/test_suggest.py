"""Questions of a trained model, and their answers, by functions and commands."""

import json

import numpy as np
import pandas as pd
import pytest
import torch
from mmengine.dataset import pseudo_collate
from mmengine.logging import MMLogger
from mmengine.runner import Runner
from PIL import Image

from mmpartial.apis import add_answers, suggest
from mmpartial.apis.questions.next_command import note_next_command
from mmpartial.apis.training_images import TrainedOn
from mmpartial.datasets import AnnotatedImages, PartialLabelDataset, find_partial
from mmpartial.formats import read_annotations, wide_csv
from tests.commands import run_here
from tests.features import compute, load, write_photos
from tests.runs import CONFIGS, tiny_runner

TOOLS = CONFIGS.parent / "tools"


@pytest.fixture(scope="module")
def frozen(tmp_path_factory):
    """A run on features: its checkpoint, its training labels, and a file of them."""
    folder = tmp_path_factory.mktemp("frozen")
    write_photos(folder)
    cfg = load("frozen/frozen_efficientnet-lite0_corel5k-fal.py", folder)
    compute(cfg, flips=True)
    runner = Runner.from_cfg(cfg)
    runner.train()
    dataset = find_partial(runner.train_dataloader.dataset)
    wide_csv.write(dataset.annotations, str(folder / "train.csv"))
    return runner, folder / "run" / "epoch_2.pth", folder / "train.csv"


def test_predictions_of_features_are_those_of_the_run(frozen):
    runner, checkpoint, _ = frozen
    trained = TrainedOn(checkpoint)
    rows, p, features = map(np.concatenate, zip(*trained, strict=True))
    assert rows.tolist() == [*range(12)] and features.shape[0] == 12
    batch = pseudo_collate([trained.dataset[i] for i in range(12)])  # with the first view
    data = runner.model.eval().data_preprocessor(batch, training=False)
    with torch.no_grad():
        logits = runner.model(data["inputs"], mode="tensor")
    torch.testing.assert_close(torch.from_numpy(p), runner.model.head.loss_module.posterior(logits))


def test_images_are_not_augmented(tmp_path):
    tiny_runner(tmp_path).train()
    trained = TrainedOn(tmp_path / "epoch_2.pth")
    first, second = ([batch.probabilities for batch in trained] for _ in range(2))
    assert np.array_equal(np.concatenate(first), np.concatenate(second))
    found = suggest(tmp_path / "epoch_2.pth", budget=9, per_class=2)
    assert len(found) == 9 and found["class"].value_counts().max() <= 2


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_answers_come_back(frozen, tmp_path, monkeypatch, capsys, kind):
    _, checkpoint, labels = frozen
    file, out = tmp_path / f"questions.{kind}", tmp_path / "new.csv"
    run_here(monkeypatch, TOOLS / "suggest.py", checkpoint, "--budget", 6, "--out", file)
    assert "6 questions about" in capsys.readouterr().out
    asked = suggest(checkpoint, budget=6)
    assert asked.equals(suggest(checkpoint, budget=6))
    places = asked["image"].ne(asked["image"].shift()).sum()
    assert places == asked["image"].nunique()  # bundled by image
    yes = asked["probability"] >= 0.5
    if kind == "csv":
        table = pd.read_csv(file)
        assert table.columns.tolist() == ["image", "class", "probability", "answer", "reason"]
        assert table.answer.isna().all()
        table.assign(answer=np.where(yes, "Yes", "0")).to_csv(file, index=False)
    else:
        tasks = json.loads(file.read_text())
        for task in tasks:
            prediction = task.pop("predictions")[0]
            task["annotations"] = [dict(result=prediction["result"])]  # somebody submits it
        file.write_text(json.dumps(tasks))
        assert 'value="$asked"' in file.with_suffix(".config.xml").read_text()
    run_here(monkeypatch, TOOLS / "add_answers.py", file, labels, "--out", out)
    printed = capsys.readouterr().out
    assert f"{yes.sum()} positives and {(~yes).sum()} negatives are new" in printed
    before, after = (read_annotations("wide_csv", str(path)) for path in (labels, out))
    old, new = before.labels.dense(), after.labels.dense()
    image = [before.images.index(name) for name in asked["image"]]
    cls = [before.classes.index(name) for name in asked["class"]]
    assert (old[image, cls] == -1).all()
    old[image, cls] = yes
    assert np.array_equal(old, new)
    with pytest.raises(SystemExit, match="new.csv exists"):
        run_here(monkeypatch, TOOLS / "add_answers.py", file, labels, "--out", out)
    assert add_answers(str(file), str(out), str(tmp_path / "b.csv")).agreed == 6


def test_labels_leave_fewer_questions_than_the_budget(frozen, tmp_path, caplog):
    MMLogger.get_current_instance().addHandler(caplog.handler)
    content = torch.load(frozen[1], weights_only=False)
    cfg = content["meta"]["cfg"].replace("setting='PAL'", "setting='SPL'")
    content["meta"]["cfg"] = cfg.replace("ratio=0.7", "ratio=None")
    torch.save(content, tmp_path / "spl.pth")
    assert len(suggest(tmp_path / "spl.pth", budget=30, near=None)) == 24
    assert "only 24 questions for the budget of 30" in caplog.text


def test_what_is_refused(frozen, tmp_path, monkeypatch):
    _, checkpoint, labels = frozen
    with pytest.raises(SystemExit, match="train.csv exists"):
        run_here(monkeypatch, TOOLS / "suggest.py", checkpoint, "--out", labels)
    with pytest.raises(SystemExit, match="give a name that ends in"):
        run_here(monkeypatch, TOOLS / "suggest.py", checkpoint, "--out", tmp_path / "a.txt")
    with pytest.raises(SystemExit, match="there is no checkpoint"):
        run_here(
            monkeypatch, TOOLS / "suggest.py", tmp_path / "gone.pth", "--out", tmp_path / "a.csv"
        )
    with pytest.raises(ValueError, match="strategy='best': choose one of random"):
        suggest(checkpoint, strategy="best")
    content = torch.load(checkpoint, weights_only=False)
    cfg = content["meta"]["cfg"].replace("setting='PAL'", "setting='FAL'")
    content["meta"]["cfg"] = cfg.replace("ratio=0.7", "ratio=None")
    torch.save(content, tmp_path / "full.pth")
    with pytest.raises(ValueError, match="there is nothing to ask"):
        suggest(tmp_path / "full.pth")
    content["meta"]["cfg"] = cfg.replace(str(labels.parent), str(tmp_path / "elsewhere"))
    torch.save(content, tmp_path / "moved.pth")
    with pytest.raises(
        FileNotFoundError, match=r"The config in .*moved\.pth has this path: .*--con"
    ):
        suggest(tmp_path / "moved.pth")


def test_the_next_command(tmp_path, said):
    (tmp_path / "my.csv").write_text("file,cat,place\na.jpg,1,x\nb.jpg,,y\n")
    for name in "ab":
        Image.new("RGB", (9, 9)).save(tmp_path / f"{name}.jpg")
    images = AnnotatedImages(
        format="wide_csv", ann_file="my.csv", data_root=str(tmp_path), classes=["cat"]
    )
    note_next_command(PartialLabelDataset(images), "q.csv")
    given, new = tmp_path / "my.csv", tmp_path / "my_2.csv"
    command = f"add_answers.py q.csv {given} --out {new} --options 'classes=[\"cat\"]'"
    assert said[-1].endswith(f": python tools/{command}")
    pd.read_csv(given).to_excel(tmp_path / "my.xlsx", index=False)
    images = AnnotatedImages(
        format="wide_csv", ann_file="my.xlsx", data_root=str(tmp_path), classes=["cat"]
    )
    note_next_command(PartialLabelDataset(images), "q.csv")
    assert f"my.xlsx --out {new} " in said[-1]  # Excel is only read
    labels = dict(
        images=[dict(id=1, file_name="a.jpg")],
        annotations=[dict(image_id=1, category_id=1)],
        categories=[dict(id=1, name="cat"), dict(id=2, name="dog")],
    )
    (tmp_path / "my.json").write_text(json.dumps(labels))
    images = AnnotatedImages(
        format="coco_json", ann_file="my.json", data_root=str(tmp_path), unlisted="unknown"
    )
    note_next_command(PartialLabelDataset(images), "q.csv")
    assert "cannot write the format coco_json, so convert" in said[-1]

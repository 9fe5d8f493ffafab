"""Predicting many image files, in Python and by the tool."""

import sys

import numpy as np
import pandas as pd
import pytest

from mmpartial.apis import MultiLabelInferencer, predict, write_predictions
from mmpartial.apis import predict as module
from tests.checkpoints import CLASSES, save_frozen, save_whole, write_photos
from tests.commands import ROOT, run_here, run_script

TOOL = ROOT / "tools" / "predict.py"
NAMES = [f"{name}_probability" for name in CLASSES]


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    return save_whole(tmp_path_factory.mktemp("model") / "model.pth")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Seven photos and two files that are none."""
    write_photos(tmp_path / "photos")
    (tmp_path / "photos" / "2cut.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    (tmp_path / "photos" / "5text.jpg").write_text("<html>")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_table_of_a_folder(checkpoint, folder):
    table = predict(checkpoint, "photos")
    assert [*table.columns] == ["image", *CLASSES, *NAMES]
    assert table["image"].tolist() == [f"photos/{i}.png" for i in range(7)]
    results = MultiLabelInferencer(checkpoint)(table["image"].tolist())
    np.testing.assert_allclose(
        table[NAMES], [result["pred_scores"] for result in results], rtol=1e-5
    )
    labels = [[name for name in CLASSES if row[name]] for _, row in table.iterrows()]
    assert labels == [result["labels"] for result in results]
    assert table.attrs["unreadable"] == [
        "the image 'photos/2cut.png' cannot be read: it is cut off after 20 bytes",
        "the image 'photos/5text.jpg' cannot be read: it is text, such as a web page or XML of a "
        "failed download",
    ]


@pytest.mark.parametrize("batch_size, workers", [(1, 0), (2, 2), (4, 1)])
def test_batches_and_workers_change_nothing(checkpoint, folder, batch_size, workers):
    written = write_predictions(
        checkpoint, ["photos"], "p.csv", batch_size=batch_size, workers=workers
    )
    assert written.images == 7 and len(written.unreadable) == 2
    pd.testing.assert_frame_equal(
        pd.read_csv("p.csv"), predict(checkpoint, "photos"), rtol=1e-4, check_dtype=False
    )


def test_blocks_of_few_rows_make_the_same_file(checkpoint, folder, monkeypatch):
    write_predictions(checkpoint, "photos", "whole.parquet", workers=0)
    monkeypatch.setattr(sys.modules[module.__module__], "_ROWS", 2)
    write_predictions(checkpoint, "photos", "parts.parquet", workers=0, batch_size=1)
    whole, parts = map(pd.read_parquet, ("whole.parquet", "parts.parquet"))
    pd.testing.assert_frame_equal(whole, parts, rtol=1e-4)


def test_images_of_a_list_keep_their_names(checkpoint, folder):
    (folder / "list.csv").write_text("image\n3.png\n1.png\n3.png\nnone.png\n")
    table = predict(checkpoint, "list.csv", images="photos")
    assert table["image"].tolist() == ["3.png", "1.png"]
    assert table.attrs["unreadable"] == ["there is no image 'photos/none.png'"]


def test_nothing_is_overwritten_without_force(checkpoint, folder):
    (folder / "p.csv").write_text("mine")
    with pytest.raises(FileExistsError, match=r"p\.csv exists: give another name, or --force"):
        write_predictions(checkpoint, "photos", "p.csv")
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        write_predictions(checkpoint, "photos", "none/p.csv")
    assert (folder / "p.csv").read_text() == "mine"
    write_predictions(checkpoint, "photos/0.png", "p.csv", force=True, draw="drawn")
    assert len(pd.read_csv("p.csv")) == 1
    with pytest.raises(FileExistsError, match=r"drawn/0\.png\.png exists"):
        write_predictions(checkpoint, "photos/0.png", "new.csv", draw="drawn")
    write_predictions(checkpoint, "photos/0.png", "p.csv", force=True, draw="drawn")


def test_drawings_are_of_the_images_that_can_be_read(checkpoint, folder):
    predict(checkpoint, "photos", draw="drawn", batch_size=4)
    names = sorted(path.name for path in (folder / "drawn").iterdir())
    assert names == [f"{i}.png.png" for i in range(7)]


def test_a_list_of_another_folder(checkpoint, folder):
    (folder / "list.csv").write_text("image\nno.png\n")
    with pytest.raises(ValueError, match="no.png'; paths in a list are relative .* to --images"):
        predict(checkpoint, "list.csv")


def test_nothing_that_can_be_read_is_an_error(checkpoint, folder):
    for call in (predict, lambda *args: write_predictions(*args, "p.csv")):
        with pytest.raises(ValueError, match=r"no image can be read; the first error: .*2cut\.png"):
            call(checkpoint, ["photos/2cut.png", "photos/5text.jpg"])
    assert not (folder / "p.csv").exists()


def test_wrong_options_are_refused(checkpoint, folder):
    with pytest.raises(ValueError, match="batch_size=0: give 1 or more"):
        predict(checkpoint, "photos", batch_size=0)
    with pytest.raises(ValueError, match="workers=-1: give 0 or more"):
        predict(checkpoint, "photos", workers=-1)
    with pytest.raises(ValueError, match="device='cuda:99' cannot be used here: "):
        predict(checkpoint, "photos", device="cuda:99")
    with pytest.raises(ValueError, match="device='gpu' cannot be used here: "):
        predict(checkpoint, "photos", device="gpu")


def test_the_tool_writes_a_table(checkpoint, folder, monkeypatch, capsys):
    run_here(monkeypatch, TOOL, checkpoint, "photos", "--out", "p.jsonl", "--workers", 0)
    shown = capsys.readouterr()
    assert shown.out == "wrote p.jsonl: 7 images\n"
    assert "images that cannot be read: 2\nthe image 'photos/2cut.png' cannot" in shown.err
    assert len((folder / "p.jsonl").read_text().splitlines()) == 7
    with pytest.raises(SystemExit, match=r"p\.jsonl exists: give another name, or --force"):
        run_here(monkeypatch, TOOL, checkpoint, "photos", "--out", "p.jsonl")


def test_the_tool_shows_classes_and_takes_a_config(checkpoint, folder, monkeypatch, capsys):
    inferencer = MultiLabelInferencer(checkpoint)
    inferencer.config.dump("config.py")
    result = inferencer("photos/0.png")[0]
    classes = [f"{name} {result['scores'][name]:.2f}" for name in result["labels"]]
    capsys.readouterr()
    photos = ["photos/0.png", "photos/1.png"]
    run_here(monkeypatch, TOOL, checkpoint, *photos, "--config", "config.py")
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2] == f"photos/0.png: {', '.join(classes) or 'no class'}"
    with pytest.raises(SystemExit, match="config.py is a config: give"):  # the order of test.py
        run_here(monkeypatch, TOOL, "config.py", checkpoint, *photos)


@pytest.mark.slow
def test_checkpoints_alone_in_a_new_process_elsewhere(folder, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    expected = []
    for name, save in (("whole.pth", save_whole), ("frozen.pth", save_frozen)):
        model = save(folder / name)
        expected.append(predict(model, folder / "photos"))
        model.rename(elsewhere / name)
    (elsewhere / "predict_both.py").write_text(
        "import sys; from mmpartial.apis import write_predictions\n"
        "for name in ('whole', 'frozen'):\n"
        "    write_predictions(f'{name}.pth', sys.argv[1], f'{name}.csv')"
    )
    run_script(elsewhere / "predict_both.py", folder / "photos", cwd=elsewhere)
    for name, table in zip(("whole.csv", "frozen.csv"), expected, strict=True):
        written = pd.read_csv(elsewhere / name)
        pd.testing.assert_frame_equal(written, table, rtol=1e-4, check_dtype=False)

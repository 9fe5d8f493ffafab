import pytest
from mmengine.config import Config
from PIL import Image

from mmpartial.apis import label_report
from mmpartial.apis.label_report import of_config, without_features
from tests.commands import ROOT, run_script


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "my.csv"
    path.write_text("image,cat,<script>\n1.jpg,1,\n2.jpg,0,1\n3.jpg,,0\n")
    return str(path)


def test_a_table(table, tmp_path):
    out = tmp_path / "labels.html"
    found = label_report(table, str(out))
    assert found.classes["positive"].tolist() == [1, 1]
    assert "\\u003cscript\\u003e" in out.read_text()
    with pytest.raises(FileExistsError, match=r"labels\.html exists: .* --force"):
        label_report(table, str(out))
    label_report(table, str(out), images=str(tmp_path), force=True)
    assert "Images that look alike" in out.read_text()


def test_images_are_found_as_in_training(tmp_path):
    (tmp_path / "photos").mkdir()
    for name in "ab":
        Image.new("RGB", (9, 9)).save(tmp_path / "photos" / f"{name}.JPG")
    (tmp_path / "my.csv").write_text("id,cat\na,1\nb,0\n")
    found = label_report(tmp_path / "my.csv", tmp_path / "l.html", images=tmp_path / "photos")
    assert found.path_of(1) == str(tmp_path / "photos" / "b.JPG")


@pytest.mark.parametrize("held_out", [0.0, 0.3])
def test_a_config_shows_what_its_setting_hides(held_out):
    cfg = Config.fromfile(ROOT / "configs" / "resnet18_digits_pal06.py")
    cfg.train_dataloader.dataset.held_out = held_out
    found = of_config(cfg)
    before, after = found.before.labels.dense(), found.known.labels.dense()
    assert (before == after)[after >= 0].all() and (before >= 0).all()
    assert 0.55 < (after >= 0).mean() < 0.65
    hidden = found.classes["hidden +"]
    assert hidden.tolist() == ((before == 1) & (after == -1)).sum(0).tolist()
    assert found.hidden_by == "PAL(ratio=0.6, seed=0)"


def test_a_setting_that_hides_nothing():
    assert of_config(Config.fromfile(ROOT / "configs" / "resnet18_digits_fal.py")).before is None


def test_features_are_not_needed():
    inner = dict(type="mmpartial.AnnotatedImages", format="wide_csv")
    cached = dict(type="mmpartial.CachedFeatures", dataset=inner, features="none")
    wrapped = dict(type="RepeatDataset", times=2, dataset=cached)
    assert without_features(wrapped) == dict(wrapped, dataset=inner)
    assert without_features(dict(datasets=[cached]))["datasets"] == [inner]
    assert without_features(dict(datasets=[cached, cached]))["datasets"] == [inner, inner]
    assert without_features(dict(datasets=dict(a=cached)))["datasets"] == dict(a=inner)
    assert cached["features"] == "none"


@pytest.mark.parametrize("arguments, message", [
    (dict(path="none.csv"), r"there is no file none\.csv: give a config or a label file\."),
    (dict(images="none"), "there is no folder none: give the folder of the images"),
    (dict(out="none/labels.html"), "there is no folder .*none to write into"),
    (dict(hierarchy="none.csv"), "there is no none.csv"),
])  # fmt: skip
def test_wrong_input(table, tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    with pytest.raises((ValueError, FileNotFoundError), match=message):
        label_report(**dict(path=table) | arguments)
    assert not (tmp_path / "labels.html").exists()


def test_a_config_without_training():
    with pytest.raises(ValueError, match="has no train_dataloader.dataset"):
        of_config(Config(dict(model=dict())))


@pytest.mark.slow
def test_the_tool_ends_with_a_sentence(tmp_path):
    (tmp_path / "my.csv").write_text("image,cat\n1.jpg,perhaps\n")
    done = run_script(ROOT / "tools" / "label_report.py", "my.csv", cwd=tmp_path, check=False)
    assert done.returncode == 1 and "Traceback" not in done.stdout
    assert "'perhaps'" in done.stdout and not (tmp_path / "labels.html").exists()

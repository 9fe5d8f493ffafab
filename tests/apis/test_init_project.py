"""From a table and a folder of images to a config that trains."""

import json
from pathlib import Path

import numpy as np
import pytest
from mmengine.config import Config
from mmengine.runner import Runner
from mmpretrain.registry import DATASETS
from openpyxl import Workbook
from PIL import Image

from mmpartial.apis.init_project import init_project
from mmpartial.apis.own_data.project_config import FROZEN, WHOLE, base_for
from mmpartial.comparison.training import copy_of
from mmpartial.launch.missing_features import compute_missing_features
from tests.commands import run_here

NAMES = [f"{i}.jpg" for i in range(12)]


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with a blank and an umlaut in its name."""
    folder = tmp_path / "Häuser 1"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def write(rows, names=NAMES, images="photos", table="my.csv"):
    with open(table, "w", encoding="utf-8") as file:
        file.write("\n".join(rows) + "\n")
    for number, name in enumerate(names):
        path = f"{images}/{name}"
        Image.new("RGB", (30, 20), (20 * number, 99, 0)).save(path)


@pytest.fixture
def photos(place):
    (place / "photos").mkdir()
    return place


def table(cell=lambda i: f"{i % 2},{(i // 2) % 2 or ''}", header="image,cat,dog", names=NAMES):
    return [header, *(f"{name},{cell(i)}" for i, name in enumerate(names))]


def datasets(config):
    """The datasets of the images of a config."""
    cfg = Config.fromfile(str(config))
    train, val = cfg.train_dataloader.dataset.dataset, cfg.val_dataloader.dataset
    if "features" in train:
        train, val = train.dataset, val.dataset
    return DATASETS.build(train), DATASETS.build(val)


def classes_of(config):
    train, val = datasets(config)
    assert train.metainfo["classes"] == val.metainfo["classes"]
    assert not {*train.annotations.images} & {*val.annotations.images}
    assert Config.fromfile(str(config)).model.head.num_classes == len(train.metainfo["classes"])
    return list(train.metainfo["classes"])


def test_the_config_trains_on_features_that_are_computed_by_themselves(photos, capsys):
    write(table())
    config = init_project("my.csv", "photos")
    text = capsys.readouterr().out
    assert "12 of 12 images are in photos" in text
    assert text.rstrip().endswith(
        "python -m mmpartial train my.py\n"
        "    python -m mmpartial predict work_dirs/my/model.pth NEW_PHOTOS/ --out predictions.csv"
    )
    assert len(config.read_text(encoding="utf-8").splitlines()) < 45
    cfg = Config.fromfile(str(config))
    cfg.extractor.backbone = dict(type="mmpartial.ResNet10", stem_channels=4, base_channels=4)
    cfg.merge_from_dict(
        {"model.head.in_channels": 32, "train_cfg.max_epochs": 2, "train_cfg.val_interval": 1}
    )
    cfg.work_dir = str(photos / "run")
    compute_missing_features(cfg)
    features = photos / "work_dirs" / "features" / "my"
    assert np.load(features / "photos.npy").shape == (12, 1, 32)  # for both parts
    assert [path.name for path in features.glob("*.json")] == ["photos.json"]
    runner = Runner.from_cfg(copy_of(cfg))  # whose text is not formatted
    runner.train()
    assert len(runner.train_dataloader.dataset) + len(runner.val_dataloader.dataset) == 12
    assert runner.train_dataloader.dataset.labels.count(1).sum() > 0


def test_it_works_from_another_folder(photos, tmp_path, monkeypatch):
    write(table())
    (tmp_path / "out").mkdir()
    config = init_project("my.csv", "photos", out_dir=str(tmp_path / "out"), name="cats")
    monkeypatch.chdir(tmp_path)
    assert classes_of(config) == ["cat", "dog"]
    inside = init_project(f"{photos}/my.csv", f"{photos}/photos", out_dir=str(photos))
    assert 'data_prefix="photos"' in inside.read_text(encoding="utf-8")
    photos.rename(photos.parent / "moved")
    assert classes_of(photos.parent / "moved" / "my.py") == ["cat", "dog"]


@pytest.mark.parametrize("name", ['a"b', "a\\b", "a\nb"])
def test_folders_with_signs_of_python_in_their_names(tmp_path, monkeypatch, name):
    folder = tmp_path / name
    (folder / f"photos {name}").mkdir(parents=True)
    monkeypatch.chdir(folder)
    write(table(), images=f"photos {name}", table=f"{name}.csv")
    config = init_project(f"{name}.csv", f"photos {name}")
    train, _ = datasets(config)
    assert Path(train.data_list[0]["img_path"]).parent == folder / f"photos {name}"
    stored = Config.fromfile(str(config)).stored.features
    assert stored == f"{folder}/work_dirs/features/{config.stem}"


def test_columns_that_are_no_classes(photos, capsys):
    header = "nr,file,site,age,camera,comment,cat,dog,bird"
    rows = [
        f"{i + 1},{name},s{i % 3},{20 + i % 11},A,seen from afar at {i},{i % 2},{i // 6},"
        for i, name in enumerate(NAMES)
    ]
    write([header, *rows])
    config = init_project("my.csv", "photos")
    said = capsys.readouterr().out
    assert classes_of(config) == ["cat", "dog"]
    for line in ("'nr' (a different text in each row)", "'site' (groups: 3 values)",
                 "'age' (numbers)", "'camera' (always 'A')", "'bird' (blank)"):  # fmt: skip
        assert f"not a class: {line}" in said
    assert "--group site keeps them in one part" in said
    grouped = init_project("my.csv", "photos", group="site", name="grouped")
    train, val = datasets(grouped)
    sites = [{int(name[:-4]) % 3 for name in part.annotations.images} for part in (train, val)]
    assert not sites[0] & sites[1]


def test_words_that_are_not_sure_are_asked_for(photos, capsys):
    write(table(lambda i: "x," if i % 2 else ",1"))
    with pytest.raises(
        ValueError, match=r"'cat' has 'x'\): explain them with --values x=1, where 1"
    ):
        init_project("my.csv", "photos")
    assert not (photos / "my.py").exists()
    config = init_project("my.csv", "photos", values={"x": 1})
    said = capsys.readouterr().out
    assert "no known negatives, and no mAP can be computed" in said and "--values '=0'" in said
    assert datasets(config)[0].annotations.labels.count(0).sum() == 0
    config = init_project("my.csv", "photos", values={"x": 1, "": 0}, name="absent")
    assert datasets(config)[0].annotations.labels.count(-1).sum() == 0
    assert "no mAP" not in capsys.readouterr().out


def test_proposals_for_words_are_right_or_left_open(photos):
    write(table(lambda i: f"{('ja', 'nein')[i % 2]},{('1', '-', '~')[i % 3]}"))
    with pytest.raises(ValueError, match="with --values ja=1 nein=0, where 1 says"):
        init_project("my.csv", "photos", ignore=["dog"])
    with pytest.raises(ValueError, match="""--options 'values={"-": ..., "~": ...}', where"""):
        init_project("my.csv", "photos", ignore=["cat"])


def test_paths_and_single_names_in_python(photos):
    (photos / "more").mkdir()
    write(table(), NAMES[:2], images="more")
    write(table())
    config = init_project(Path("my.csv"), Path("photos"), ignore="dog", unlabelled=Path("more"))
    assert classes_of(config) == ["cat"]
    (photos / "classes.txt").write_text("dog\n")
    config = init_project("my.csv", "photos", classes="classes.txt", name="dogs")
    assert classes_of(config) == ["dog"]


def test_a_class_that_is_named_as_columns_of_images_are(photos):
    write(table(header="file,image,dog"))
    assert classes_of(init_project("my.csv", "photos")) == ["image", "dog"]


def test_numbers_of_rows_are_no_images(photos):
    write(["nr,path,cat", *(f"{i},upload/ab12-{i}.jpg,{i % 2}" for i in range(12))])
    message = "no column of my.csv names files in photos: its column 'path' has upload/ab12-0.jpg"
    with pytest.raises(ValueError, match=f"{message}.* --options image=COLUMN"):
        init_project("my.csv", "photos")
    assert classes_of(init_project("my.csv", "photos", options=dict(image="nr"))) == ["cat"]


def test_labels_are_no_hint_at_names_of_files(photos):
    write(["scan,cat", *(f"s{i % 3}_x,{i % 2}" for i in range(12))], ["cam0.jpg", "cam1.jpg"])
    with pytest.raises(ValueError, match="'scan' has s0_x.* Give the folder to which"):
        init_project("my.csv", "photos")


@pytest.mark.parametrize("words, values", [
    (("present", "absent", "possible"), "present=1 absent=0 possible=-1"),
    (("✅", "❌", ""), "'✅'=1 '❌'=0"),
])  # fmt: skip
def test_words_that_may_be_labels(photos, words, values):
    write(table(lambda i: f"{words[i % 3]},{i % 2}"))
    with pytest.raises(ValueError, match=f"explain them with --values {values}, where"):
        init_project("my.csv", "photos")


def test_cells_mean_the_same_as_in_training(photos):
    write([row.replace(",", ";") for row in table(lambda i: f"{i % 2}.0,{i % 2}.00")])
    text = (photos / "my.csv").read_text().replace(".0", ",0")
    (photos / "my.csv").write_text(text)
    assert classes_of(init_project("my.csv", "photos")) == ["cat", "dog"]


def test_a_class_without_a_name_is_not_lost(photos):
    write(table(lambda i: f"{i % 2},{i % 3 % 2},s{i % 4}", "image,cat,,site"))
    with pytest.raises(ValueError, match="line 2 has the value '0' in a column without a name"):
        init_project("my.csv", "photos")
    assert classes_of(init_project("my.csv", "photos", classes=["cat"])) == ["cat"]


def test_a_table_with_a_row_for_each_label(photos, capsys):
    write(["datei,tag,present", *(f"{n},{'ab'[i % 2]},{i // 2 % 2}" for i, n in enumerate(NAMES))])
    config = init_project("my.csv", "photos")
    assert classes_of(config) == ["a", "b"]
    assert "classes in 'tag', 1 and 0 in 'present'" in capsys.readouterr().out
    write(["datei,vogel", *(f"{n},{'ab'[i % 2]}" for i, n in enumerate(NAMES))], table="b.csv")
    with pytest.raises(ValueError, match="give --format long_csv --options cls=vogel"):
        init_project("b.csv", "photos")
    config = init_project("b.csv", "photos", format="long_csv", options=dict(cls="vogel"))
    assert classes_of(config) == ["a", "b"]


def test_missing_damaged_and_other_images(photos, capsys):
    write(table(names=[*NAMES, "gone.jpg"]), [*NAMES, "extra.jpg"])
    (photos / "photos" / "5.jpg").write_bytes(b"")
    config = init_project("my.csv", "photos")
    said = capsys.readouterr().out
    assert "the part 'missing' in the split file: 1 (gone.jpg)" in said
    assert "the part 'unreadable' in the split file: 1 (5.jpg; 5.jpg: it is empty)" in said
    assert "images without a row in the table: 1 (extra.jpg)" in said
    used = [name for part in datasets(config) for name in part.annotations.images]
    assert sorted(used) == sorted({*NAMES} - {"5.jpg"})
    (photos / "photos" / "3.jpg").rename(photos / "photos" / "gone.jpg")
    config = init_project("my.csv", "photos", force=True)
    used = [name for part in datasets(config) for name in part.annotations.images]
    assert sorted(used) == sorted({*NAMES, "gone.jpg"} - {"3.jpg", "5.jpg"})


def test_copies_and_names_that_differ_a_little(photos, capsys):
    write(table(names=[*NAMES[:-1], "old/011.jpg"]))
    (photos / "photos" / "1.jpg").write_bytes((photos / "photos" / "0.jpg").read_bytes())
    init_project("my.csv", "photos")
    said = capsys.readouterr().out
    assert "split file: 1 (old/011.jpg; is 'old/011.jpg' '11.jpg'?)" in said
    assert "copies of other images: 1 ('1.jpg' of '0.jpg'): if one part trains" in said


def test_a_remark_does_not_make_a_class_another_column(photos):
    cells = ["1", "0"] * 4 + ["not sure; ask the people of the other site", "", "0", "1"]
    write(["image,cat", *(f"{n},{cell}" for n, cell in zip(NAMES, cells, strict=True))])
    with pytest.raises(ValueError, match="'cat' has 'not sure; ask the people of the other site'"):
        init_project("my.csv", "photos")


def test_folders_without_labels(photos, capsys):
    write(table())
    for folder in ("more", "even more"):
        (photos / folder).mkdir()
        write(table(), NAMES[:3], images=folder)
    config = init_project("my.csv", "photos", unlabelled=["more", "even more"])
    assert "more: 3 images without labels" in capsys.readouterr().out
    train, val = datasets(config)
    assert len(train) + len(val) == 12 + 6
    assert sum(name.startswith(("more/", "even more/")) for name in train.annotations.names) == 6
    (photos / "more" / "0.jpg").write_bytes(b"")
    message = r"1 of 3 images in more are damaged \(0.jpg; the first: it is empty\): move them out"
    with pytest.raises(ValueError, match=message):
        init_project("my.csv", "photos", name="other", unlabelled=["more"])


def test_paths_that_begin_with_the_folder_and_a_table_beside_the_images(photos):
    write(table(names=[f"photos/{name}" for name in NAMES]))
    assert classes_of(init_project("my.csv", "photos")) == ["cat", "dog"]
    write(table(), images=".", table="beside.csv")
    assert classes_of(init_project("beside.csv", ".")) == ["cat", "dog"]


def test_photos_without_a_class_are_named(photos, capsys):
    rows = [f"{name},{('', 'cat', 'dog', 'cat|dog')[i % 4]}" for i, name in enumerate(NAMES)]
    write(["image,tags", *rows])
    options = dict(separator="|", unlisted="negative")
    init_project("my.csv", "photos", options=options)
    said = capsys.readouterr().out
    assert "images without a class, where all are negative: 3 (0.jpg, 4.jpg, 8.jpg); leave" in said
    assert "if images of one patient, site or video look alike, add a column" in said


@pytest.mark.parametrize("more", ["", ",by"])
def test_columns_that_deny_others(photos, said, more):
    rows = [f"{name},{i % 2},{i // 6}{more and ',me'}" for i, name in enumerate(NAMES)]
    write([f"image,cat,no cat{more}", *rows])
    init_project("my.csv", "photos")
    assert sum("has the classes 'cat' and 'no cat': if the second says" in s for s in said) == 1


def test_rows_of_folders(photos):
    for study in "abc":
        (photos / "photos" / study).mkdir()
        write(table(names="abc"), NAMES[:2], images=f"photos/{study}")
    with pytest.raises(ValueError, match="column 'image' names folders: write a row for each of"):
        init_project("my.csv", "photos")


def test_nothing_is_overwritten(photos):
    write(table())
    config = init_project("my.csv", "photos")
    config.write_text("# mine")
    split = (photos / "my_split.csv").read_text()
    with pytest.raises(FileExistsError, match=r"my.py exists: give another name, or --force"):
        init_project("my.csv", "photos")
    assert config.read_text() == "# mine"
    init_project("my.csv", "photos", force=True, seed=7)
    assert (photos / "my_split.csv").read_text() == split and classes_of(config)


@pytest.mark.parametrize("given, message", [
    (dict(table="no.csv"), "there is no label file no.csv"),
    (dict(images="nowhere"), "there is no folder nowhere"),
    (dict(images="empty"), "there is no image in empty"),
    (dict(images="others"), "no column of my.csv names files in others: its column 'image' has "),
    (dict(images="deep"), "12 images .* such as '0.jpg' and 'a/000.jpg': write the names of the"),
    (dict(table="photos"), "photos is a folder: give its format with --format, such as folders"),
    (dict(table="my.xls"), "my.xls does not look like a table: .* or save it as CSV, Excel"),
    (dict(group="sit"), "has no column 'sit': its columns are image, cat, dog"),
    (dict(classes=["cow"]), "has no column 'cow'"),
    (dict(ignore=["cat", "dog"]), "has no column of 1 and 0, as a class needs"),
    (dict(ignore=["cat"], format="coco_json"), "--ignore cat: the format coco_json has no columns"),
])  # fmt: skip
def test_wrong_arguments(photos, given, message):
    write(table())
    (photos / "empty").mkdir()
    (photos / "others").mkdir()
    Image.new("RGB", (5, 5)).save(photos / "others" / "z.png")
    (photos / "deep" / "a").mkdir(parents=True)
    for i in range(12):
        (photos / "deep" / "a" / f"{i:03}.jpg").touch()
    (photos / "my.xls").touch()
    with pytest.raises((ValueError, FileNotFoundError), match=message):
        init_project(**dict(dict(table="my.csv", images="photos"), **given))
    assert not (photos / "my_split.csv").exists()


@pytest.mark.parametrize("group", [None, "site"])
def test_a_column_of_folders_and_one_of_files(photos, capsys, group):
    """Neither names a file alone; several sites have a file of one name."""
    for site in ("north", "south"):
        (photos / "photos" / site).mkdir()
        write([], [f"{site}/{i}.jpg" for i in range(6)], table="no.csv")
    cells = [f"{('north', 'south')[i % 2]},{i // 2}.jpg,{i % 2},{i // 6}" for i in range(12)]
    (photos / "my.csv").write_text("\n".join(["site,file,cat,dog", *cells]) + "\n")
    config = init_project("my.csv", "photos", group=group)
    said = capsys.readouterr().out
    assert "images are named by the columns 'site' and 'file'" in said
    hint = "if images with the same 'site' look alike, --group site keeps them"
    assert (hint in said) == (group is None)
    assert "12 of 12 images are in photos" in said
    assert classes_of(config) == ["cat", "dog"]
    images = {image for part in datasets(config) for image in part.annotations.images}
    assert images == {f"{site}/{i}.jpg" for site in ("north", "south") for i in range(6)}


def test_a_folder_and_a_file_in_a_table_with_a_row_for_each_label(photos, capsys):
    (photos / "photos" / "a").mkdir()
    write([], [f"a/{i}.jpg" for i in range(6)], table="no.csv")
    rows = [f"a,{i},{('cat', 'dog')[i % 2]}" for i in range(6)]
    (photos / "my.csv").write_text("\n".join(["folder,number,label", *rows]) + "\n")
    assert classes_of(init_project("my.csv", "photos")) == ["cat", "dog"]
    assert "are absent, give --options unlisted=negative." in capsys.readouterr().out


def test_two_rows_of_one_file(photos):
    write([*table(), "0.JPG,1,0"])
    with pytest.raises(ValueError, match="two images that are one file, '0.jpg': '0.jpg' and '0.J"):
        init_project("my.csv", "photos")


def test_a_row_of_sums_and_a_table_without_rows(photos):
    write([*table(), "Total,6,3"])
    with pytest.raises(ValueError, match="; if a row has the sums of the columns, remove it"):
        init_project("my.csv", "photos")
    write(table()[:1], [])
    with pytest.raises(ValueError, match="my.csv has no row below the names of its columns"):
        init_project("my.csv", "photos")


def test_files_without_the_ending_of_an_image(photos):
    write(table())
    (photos / "raw").mkdir()
    (photos / "raw" / "IMG1").write_bytes((photos / "photos" / "0.jpg").read_bytes())
    with pytest.raises(ValueError, match="other files, such as 'IMG1': .* let their names end as"):
        init_project("my.csv", "raw")


def test_the_way_to_train(photos):
    assert [base_for(5000, gpu=False), base_for(500, gpu=True)] == [FROZEN, FROZEN]
    assert base_for(5000, gpu=True) == WHOLE
    write(table())
    whole = init_project("my.csv", "photos", train="whole")
    assert classes_of(whole) == ["cat", "dog"] and "stored" not in whole.read_text()


def test_other_formats(photos):
    write([])
    items = [dict(img=name, labels=[0] * (i % 2)) for i, name in enumerate(NAMES)]
    (photos / "labels.json").write_text(json.dumps(dict(classes=["a"], splits=dict(all=items))))
    with pytest.raises(ValueError, match=r"give its format with --format \(coco_json, .*splits\)"):
        init_project("labels.json", "photos")
    options = dict(split="all", unlisted="negative")
    (photos / "elsewhere").mkdir()
    Image.new("RGB", (9, 9)).save(photos / "elsewhere" / "x.jpg")
    with pytest.raises(
        ValueError, match="none of the 12 images of labels.json is in elsewhere: the"
    ):
        init_project("labels.json", "elsewhere", format="splits", options=options)
    assert not (photos / "labels_split.csv").exists()  # which would call all images missing
    config = init_project("labels.json", "photos", format="splits", options=options)
    assert classes_of(config) == ["a"]


def test_sites_of_camera_traps(photos, capsys):
    write([])
    images = [
        dict(id=f"i{i}", file_name=name, seq_id=f"s{i // 2}", seq_num_frames=2, location=i % 3)
        for i, name in enumerate(NAMES)
    ]
    annotations = [dict(image_id=f"i{i}", category_id=i // 3 % 2) for i in range(len(NAMES))]
    categories = [dict(id=0, name="empty"), dict(id=1, name="deer")]
    content = dict(images=images, annotations=annotations, categories=categories)
    (photos / "export.json").write_text(json.dumps(content))
    how = dict(format="coco_json", options=dict(unlisted="negative"))
    init_project("export.json", "photos", name="each", **how)
    assert "images with the same 'location' look alike, --group location" in capsys.readouterr().out
    config = init_project("export.json", "photos", group="location", **how)
    said = capsys.readouterr().out
    assert "3 groups by 'location'" in said and "\ngroups               2               1\n" in said
    train, val = (set(data.annotations.groups.texts()) for data in datasets(config))
    assert len(train) == 2 and len(val) == 1 and train | val == {"0", "1", "2"}


def test_a_sheet_of_a_workbook(photos):
    write([])
    book = Workbook()
    sheet = book.create_sheet("labels")
    sheet.append(["id", "cat", "site", "notes"])
    for i, name in enumerate(NAMES):
        sheet.append([name[:-4], "x" if i % 2 else None, f"s{i % 4}", None])
    book.save("my.xlsx")
    options = dict(sheet="labels", values={"x": 1, "": 0})
    config = init_project("my.xlsx", "photos", group="site", options=options)
    assert classes_of(config) == ["cat"]
    train, _ = datasets(config)
    assert {*train.annotations.names} < {name[:-4] for name in NAMES}
    assert {*train.annotations.images} < {*NAMES}


def test_options_of_the_tool_may_come_twice(photos, monkeypatch):
    write(table(lambda i: f"{i % 2},{(i // 2) % 2},{i % 3 % 2}", "image,cat,flag,seen"))
    given = ["my.csv", "--images", "photos", "--ignore", "flag", "--ignore", "seen"]
    run_here(monkeypatch, Path(__file__).parents[2] / "tools" / "init_project.py", *given)
    assert classes_of(Path("my.py")) == ["cat"]


def test_words_of_columns_that_hold_no_labels(photos):
    write(table(lambda i: "PAU"[i % 3] + "," + ["WAHR", "FALSCH"][i % 2]))
    with pytest.raises(ValueError, match="'dog' has 'WAHR', 'FALSCH'.* --values WAHR=1 FALSCH=0"):
        init_project("my.csv", "photos")
    write(table(lambda i: "PAU"[i % 3], "image,cat"))
    with pytest.raises(ValueError, match=r"'cat' holds groups: 3 values \(P, A, U\)\."):
        init_project("my.csv", "photos")


def test_columns_of_parts_and_of_folds(photos, capsys):
    write(table(lambda i: f"{i % 2},{i % 3}", "image,cat,fold"))
    init_project("my.csv", "photos", name="folds.py")
    assert "'fold' does not say train and val, so it does not divide" in capsys.readouterr().out
    assert Path("folds.py").exists() and Path("folds_split.csv").exists()
    write(table(lambda i: f"{i % 2},{['training', 'testing'][i // 3 % 2]}", "image,cat,set"))
    config = init_project("my.csv", "photos")
    assert "does not divide" not in capsys.readouterr().out
    assert [len(part) for part in datasets(config)] == [6, 6]
    Path("--.csv").write_text(Path("my.csv").read_text())
    assert init_project("--.csv", "photos").name == "labels.py"


def test_parts_in_a_column_of_another_name_are_not_lost(photos):
    part = ["TRAIN", "VALIDATION", "TEST"]
    write(table(lambda i: f"{i % 2},{part[i % 3]}", "image,cat,ml_use"))
    message = (
        "my.csv, column 'ml_use' has 'test' and 'train': call it split if it .* --ignore ml_us"
    )
    with pytest.raises(ValueError, match=message):
        init_project("my.csv", "photos")
    long = table(lambda i: f"{['cat', 'dog'][i % 2]},{part[i % 3]}", "image,label,ml_use")
    Path("long.csv").write_text("\n".join(long))
    with pytest.raises(ValueError, match=message.replace("my.csv", "long.csv")):
        init_project("long.csv", "photos")
    assert classes_of(init_project("my.csv", "photos", ignore=["ml_use"])) == ["cat"]


def test_folders_of_a_table_decide_the_parts(photos, said):
    names = [f"{'valid' if i % 3 == 0 else 'train'}/{i}.jpg" for i in range(12)]
    for part in ("train", "valid"):
        (photos / "photos" / part).mkdir()
    write(table(names=names), names)
    train, val = datasets(init_project("my.csv", "photos"))
    assert [*train.annotations.images] == [name for name in names if name.startswith("train")]
    assert [*val.annotations.images] == names[::3]
    assert "folders such as train and val already divide the images" in " ".join(said)


def test_folders_of_yolo_decide_the_parts(photos, said):
    for i in range(6):
        part = "valid" if i % 3 == 0 else "train"
        for folder in ("images", "labels"):
            (photos / part / folder).mkdir(parents=True, exist_ok=True)
        (photos / part / "labels" / f"{i}.txt").write_text(f"{i % 2} .5 .5 .1 .1")
        Image.new("RGB", (5, 5), (i, 0, 0)).save(photos / part / "images" / f"{i}.jpg")
    (photos / "data.yaml").write_text("names: [cat, dog]")
    config = init_project(".", ".", name="my", format="yolo", options=dict(unlisted="negative"))
    assert [[*part.annotations.images] for part in datasets(config)] == [
        [f"train/images/{i}.jpg" for i in (1, 2, 4, 5)], [f"valid/images/{i}.jpg" for i in (0, 3)],
    ]  # fmt: skip
    assert "folders such as train and val already divide the images" in " ".join(said)


def test_a_name_that_may_be_two_files(photos):
    write(table(names=[str(i) for i in range(12)]))
    Image.new("RGB", (5, 5)).save(photos / "photos" / "3.png")
    with pytest.raises(
        ValueError, match="image '3' may be '3.jpg' or '3.png' in photos: write the"
    ):
        init_project("my.csv", "photos")


@pytest.mark.parametrize("cells, values, message", [
    ((1, -1, 0), {-1: 0, 0: -1}, 'it is unknown and 0 absent, or .*"0": -1}. if it is absent and'),
    ((1, -1, 1), {-1: 0}, '"-1": -1}. if it is unknown, or .values={"-1": 0}. if it is absent.'),
])  # fmt: skip
def test_minus_ones_have_two_meanings(photos, cells, values, message):
    write(table(cell=lambda i: f"{cells[i % 3]},{i % 2}" if 0 in cells else f"{cells[i % 3]},1"))
    with pytest.raises(ValueError, match=f"my.csv: columns have -1 .'cat'.*{message}"):
        init_project("my.csv", "photos")
    train, val = datasets(init_project("my.csv", "photos", values=values))
    unknown, negative = (
        [part.annotations.labels.count(s)[0] for part in (train, val)] for s in (-1, 0)
    )
    assert sum(unknown) == 4 * (0 in cells) and sum(negative) == 4

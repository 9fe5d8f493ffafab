"""L48's files on a miniature: four kinds of labels, splits, and each way they can be wrong."""

import json

import numpy as np
import pytest
from PIL import Image

from mmpartial.datasets import L48

SPECIES = ["amerob", "norcar", "blujay", "carwre"]
EMPTY = {"present_species_codes": [], "unknown_species_codes": [], "absent_species_codes": []}
ASSETS = [
    {
        "id": 0,
        "split": "train",
        "target_species_code": "norcar",
        "possible_species_codes": ["norcar", "amerob", "blujay"],
        "observed_species_codes": ["norcar", "amerob", "baleag"],  # one outside the dataset
        **EMPTY,
    },
    {
        "id": 17,
        "split": "train",
        "target_species_code": "blujay",
        "possible_species_codes": ["blujay"],
        "observed_species_codes": ["blujay"],
        **EMPTY,
    },
    {
        "id": 8000,
        "split": "test",
        "target_species_code": "amerob",
        "possible_species_codes": ["amerob"],
        "observed_species_codes": ["amerob"],
        **EMPTY,
    },
]


def clip(number, asset, present, unknown=()):
    return {
        "id": number,
        "asset_id": asset,
        "clip_order": number,
        "file_path": f"images/{asset}/{number}.jpg",
        "width": 750,
        "height": 236,
        "present_species_codes": list(present),
        "unknown_species_codes": list(unknown),
        "absent_species_codes": [s for s in SPECIES if s not in {*present, *unknown}],
        "boxes": [{"id": 0, "species_code": s, "status": "active"} for s in present],
    }


CLIPS = [
    clip(0, 0, ["norcar", "amerob"]),
    clip(1, 0, [], ["norcar", "amerob", "blujay"]),
    clip(2, 17, ["blujay"]),
    clip(3, 8000, ["amerob"], ["norcar"]),
    clip(4, 8000, []),
]


def write(root, assets=ASSETS, clips=CLIPS, species=SPECIES, held=(17,)):
    root.mkdir(parents=True, exist_ok=True)
    (root / "assets.json").write_text(json.dumps(assets))
    (root / "clips.json").write_text(json.dumps(clips))
    rows = [f"{code},Common name {n},Order {n}" for n, code in enumerate(species)]
    (root / "taxa.csv").write_text("\n".join(["species_code,common_name,order", *rows]) + "\n")
    np.save(root / "val_split.npy", np.array(held))


def load(root, **kwargs):
    return L48(data_root=str(root), check_images=False, **kwargs)


def labels(dataset):
    return dataset.annotations.labels.dense().tolist()


def write_l48(root, dataset):
    """A miniature with 100 species and real images, two in each split."""
    species = [*SPECIES, *(f"bird{number:02}" for number in range(96))]
    clips = [*CLIPS, clip(5, 0, ["norcar"]), clip(6, 17, ["amerob"])]
    clips[1] = clip(1, 0, ["carwre"], SPECIES[:1])
    write(root, clips=clips, species=species)
    for path in (record["file_path"] for record in clips):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (75, 24)).save(root / path)


@pytest.mark.parametrize(
    "kind, images, expected",
    [
        ("target", [0], [[-1, 1, -1, -1]]),
        ("geo", [0, 1], [[-1, 1, -1, 0], [-1, -1, -1, 0]]),
        ("checklist", [0, 1], [[-1, 1, 0, 0], [-1, -1, 0, 0]]),
        ("full", [0, 1], [[1, 1, 0, 0], [-1, -1, -1, 0]]),
    ],
)
def test_kinds_of_labels(tmp_path, kind, images, expected):
    write(tmp_path)
    dataset = load(tmp_path, labels=kind)
    assert dataset.metainfo["classes"] == tuple(SPECIES)
    assert labels(dataset) == expected
    assert dataset.annotations.images == [f"images/0/{number}.jpg" for number in images]
    assert dataset.annotations.groups.texts().tolist() == ["0"] * len(images)


def test_splits(tmp_path):
    write(tmp_path)
    assert labels(load(tmp_path, split="val")) == [[0, 0, 1, 0]]
    assert labels(load(tmp_path, split="test")) == [[1, -1, 0, 0], [0, 0, 0, 0]]
    assert labels(load(tmp_path, split="test", complete=True)) == [[0, 0, 0, 0]]
    assert len(load(tmp_path, val_file=None)) == 3


@pytest.mark.parametrize(
    "files, message",
    [
        (dict(assets={}), "assets.json is not a list of records"),
        (dict(clips=[1]), "clips.json, record 0 .* does not have asset_id, file_path"),
        (
            dict(clips=[clip(0, 5, [])]),
            "clips.json, record 0 .* is of a recording that assets.json",
        ),
        (dict(clips=[CLIPS[0] | {"present_species_codes": "a"}]), "present_species_codes='a': it"),
        (
            dict(assets=[ASSETS[0] | {"target_species_code": "x"}, *ASSETS[1:]]),
            "has the target 'x'",
        ),
        (dict(clips=[CLIPS[0], CLIPS[0]]), "the image 'images/0/0.jpg' is listed twice"),
    ],
)
def test_damaged_files(tmp_path, files, message):
    write(tmp_path, **files)
    with pytest.raises(ValueError, match=message):
        load(tmp_path, labels="target")


def test_wrong_options_and_missing_files(tmp_path):
    with pytest.raises(ValueError, match="split='dev': choose one of 'train', 'val', 'test'"):
        load(tmp_path, split="dev")
    with pytest.raises(ValueError, match="labels='all': choose one of 'target', 'geo'"):
        load(tmp_path, labels="all")
    with pytest.raises(ValueError, match="split='val' needs a val_file"):
        load(tmp_path, split="val", val_file=None)
    with pytest.raises(FileNotFoundError, match="there is no .*taxa.csv: unpack ml48s.tar.gz"):
        load(tmp_path)
    write(tmp_path)
    (tmp_path / "val_split.npy").unlink()
    with pytest.raises(FileNotFoundError, match="there is no .*val_split.npy"):
        load(tmp_path)

"""Output manifests of SageMaker Ground Truth: what a job with several labels writes."""

import json

import pytest

from mmpartial.formats import read_annotations

KIND = "groundtruth/image-classification-multilabel"


def line(key, numbers, names, scores, attribute="pets", kind=KIND):
    return {
        "source-ref": f"s3://bucket/photos/{key}",
        attribute: numbers,
        f"{attribute}-metadata": {
            "class-map": names, "confidence-map": scores, "human-annotated": "yes", "type": kind,
        },
    }  # fmt: skip


LINES = [
    line("1.jpg", [1, 0], {"0": "dog", "1": "cat"}, {"0": 0.2, "1": 0.95}),
    line("2.jpg", [], {}, {}),
    {"source-ref": "s3://bucket/photos/3.jpg"},  # nobody has labelled it
]


@pytest.fixture
def manifest(tmp_path):
    def write(lines):
        path = tmp_path / "output.manifest"
        path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
        return str(path)

    return write


def test_labels(manifest):
    path = manifest(LINES)
    found = read_annotations("sagemaker", path, unlisted="negative")
    assert list(found.images) == ["photos/1.jpg", "photos/2.jpg", "photos/3.jpg"]
    assert found.classes == ("cat", "dog")
    assert found.labels.dense().tolist() == [[1, 1], [0, 0], [-1, -1]]
    options = dict(unlisted="negative", image_root="s3://bucket/photos", min_score=0.5)
    sure = read_annotations("sagemaker", path, **options)
    assert list(sure.images) == ["1.jpg", "2.jpg", "3.jpg"]
    assert sure.labels.dense().tolist() == [[1, -1], [0, 0], [-1, -1]]


@pytest.mark.parametrize("second, message", [
    ({"image": "x"}, "line 2 has no source-ref"),
    (line("2.jpg", [3], {"0": "dog"}, {}), "line 2 has the class 3 in pets, and pets-metadata has"),
    (line("2.jpg", 1, {}, {}), "line 2 has pets=1: its value is a list"),
    (line("2.jpg", [0], {"0": "a"}, {}, "more"), "has 'more' .*, 'pets' .*: set attribute"),
    (line("2.jpg", 0, {}, {}, "pets", "groundtruth/image-classification"), "has 'pets' "),
])  # fmt: skip
def test_wrong_lines(manifest, second, message):
    with pytest.raises(ValueError, match=f"output.manifest.*{message}"):
        read_annotations("sagemaker", manifest([LINES[0], second]), unlisted="unknown")

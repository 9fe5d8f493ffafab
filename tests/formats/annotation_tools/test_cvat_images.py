"""Which images of a CVAT export are which: subsets, tasks, and those that were deleted."""

import pytest

from mmpartial.formats.annotation_tools import cvat

META = "<meta><project><labels><label><name>cat</name></label></labels></project></meta>"


def image(name, subset="", task="", number=0, cat=False, more=""):
    place = f'subset="{subset}" task_id="{task}"' if subset or task else ""
    tag = '<tag label="cat" source="manual"></tag>' if cat else ""
    return f'<image id="{number}" name="{name}" {place} width="4" height="4" {more}>{tag}</image>'


def read(tmp_path, *images, **options):
    file = tmp_path / "annotations.xml"
    file.write_text(f"<annotations>{META}{''.join(images)}</annotations>", encoding="utf-8")
    found = cvat.read(str(file), unlisted="negative", **options)
    return dict(zip(found.images, found.labels.dense()[:, 0].tolist(), strict=True))


@pytest.fixture
def logged(monkeypatch):
    said = []
    monkeypatch.setattr("mmpartial.utils.log.print_log", lambda text, **_: said.append(text))
    return said


def project():
    return [
        image("a/1.jpg", "Train", 4, 0, cat=True), image("a/2.jpg", "Train", 4, 1),
        image("a/1.jpg", "Test", 5, 0), image("a/1.jpg", "default", 6, 0, cat=True),
    ]  # fmt: skip


def test_equal_names_in_subsets(tmp_path, logged):
    everything = {"Train/a/1.jpg": 1, "Train/a/2.jpg": 0, "Test/a/1.jpg": 0, "default/a/1.jpg": 1}
    assert read(tmp_path, *project()) == everything
    assert "images with the name 'a/1.jpg': all paths begin with the subset" in logged[0]
    assert list(read(tmp_path, *project(), image_root="a"))[:2] == ["Train/1.jpg", "Train/2.jpg"]


def test_a_subset_is_chosen_without_changing_paths(tmp_path):
    assert read(tmp_path, *project(), subset="Test") == {"Test/a/1.jpg": 0}
    both = read(tmp_path, *project(), subset=["Train", "default"])
    assert both == {"Train/a/1.jpg": 1, "Train/a/2.jpg": 0, "default/a/1.jpg": 1}
    with pytest.raises(ValueError, match="no images of the subset 'train': .* 'Test', 'Train', 'd"):
        read(tmp_path, *project(), subset="train")
    with pytest.raises(ValueError, match="no images of the subset 'Train': its subsets are not na"):
        read(tmp_path, image("1.jpg", cat=True), subset="Train")


def test_different_names_stay_as_they_are(tmp_path):
    images = [image("1.jpg", "Train", 1), image("2.jpg", "Test", 2), image("3.jpg", "Test", 3)]
    assert read(tmp_path, *images) == {"1.jpg": 0, "2.jpg": 0, "3.jpg": 0}
    assert read(tmp_path, *images, subset="Test") == {"2.jpg": 0, "3.jpg": 0}


def test_equal_names_in_tasks(tmp_path):
    images = [image("1.jpg", "Train", 1, cat=True), image("1.jpg", "Train", 2)]
    assert read(tmp_path, *images) == {"Train/1/1.jpg": 1, "Train/2/1.jpg": 0}
    images = [image("1.jpg", "", 1), image("./1.jpg", "", 2)]
    assert read(tmp_path, *images) == {"1/1.jpg": 0, "2/1.jpg": 0}


def test_images_that_cannot_be_told_apart(tmp_path):
    images = [image("b/1.jpg", "a", 1), image("1.jpg", "a/b", 2), image("1.jpg", "c", 3)]
    with pytest.raises(
        ValueError, match="would be 'a/b/1.jpg', 'b/1.jpg, subset a, task 1' and '1.jpg, sub"
    ):
        read(tmp_path, *images)
    with pytest.raises(ValueError, match="lists the image '1.jpg' twice with different labels"):
        read(tmp_path, image("1.jpg", "a", 1, 0), image("1.jpg", "a", 1, 1, cat=True))


def test_images_that_are_marked_as_deleted(tmp_path, logged):
    images = [image("1.jpg"), image("2.jpg", number=1, cat=True, more='deleted="1"')]
    assert read(tmp_path, *images) == {"1.jpg": 0}
    assert "1 images that were deleted in CVAT, the first is '2.jpg'" in logged[0]


@pytest.mark.parametrize(
    "images",
    [
        [image("1.jpg"), image("3.jpg", number=2), image("2.jpg", number=1, cat=True)],
        [image("1.jpg", "a", 1), image("3.jpg", "b", 2), image("2.jpg", "a", 1, 1, cat=True)],
    ],
)
def test_images_where_cvat_writes_deleted_ones(tmp_path, images):
    with pytest.raises(
        ValueError, match="1 images after its last one, the first is '2.jpg'.*delete"
    ):
        read(tmp_path, *images)
    assert list(read(tmp_path, *images, deleted="leave_out")) == ["1.jpg", "3.jpg"]
    assert list(read(tmp_path, *images, deleted="keep")) == ["1.jpg", "3.jpg", "2.jpg"]
    with pytest.raises(ValueError, match="deleted='no': choose 'error', 'leave_out' or 'keep'"):
        read(tmp_path, *images, deleted="no")


def test_other_orders_are_no_deleted_images(tmp_path):
    """Files put together by hand, numbers that are texts, images without a tag."""
    for images in (
        [image("1.jpg", number=0), image("2.jpg", number=1), image("3.jpg", number=0, cat=True)],
        [image("1.jpg", number="b"), image("2.jpg", number="a", cat=True)],
        [image("1.jpg", number=2), image("2.jpg", number=1)],
        [image("1.jpg", "a", 1, 7), image("2.jpg", "a", 2, 0, cat=True)],
    ):
        assert len(read(tmp_path, *images)) == len(images)

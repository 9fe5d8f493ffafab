"""The images in a folder."""

from mmpartial.utils.image_endings import images_in


def test_links_are_followed_but_not_in_a_circle(tmp_path):
    photos, disk = tmp_path / "photos", tmp_path / "disk"
    for file in (photos / "2.jpg", photos / "a" / "1.PNG", disk / "2023" / "3.jpg"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    (photos / "._2.jpg").touch()  # of macOS
    (photos / "disk").symlink_to(disk)
    (photos / "a" / "up").symlink_to(photos)
    (disk / "2023" / "round").symlink_to(disk)
    (disk / "above").symlink_to(tmp_path)
    names = [name.removeprefix(f"{photos}/") for name in images_in(str(photos))]
    assert names == ["2.jpg", "a/1.PNG", "disk/2023/3.jpg"]

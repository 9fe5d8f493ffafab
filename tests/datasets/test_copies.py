"""Files with the same content under several names."""

from mmpartial.datasets.copies import copies


def test_copies(tmp_path):
    paths = {}
    for name, content in zip("abcdef", [b"12", b"34", b"12", b"123", b"12", b"34"], strict=True):
        paths[name] = str(tmp_path / name)
        (tmp_path / name).write_bytes(content)
    found = copies([*paths.values()])
    assert found == {paths["c"]: paths["a"], paths["e"]: paths["a"], paths["f"]: paths["b"]}

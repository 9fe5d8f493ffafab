"""Hidden names of files that are being written, and what killed processes left under them."""

import os

from mmpartial.utils.hidden_name import hidden_beside


def test_what_a_killed_process_left_is_removed(tmp_path):
    gone, alive, old = 99_999_999, os.getppid(), (0, 0)
    removed = [f".partial-{gone}-a.csv", f".partial-{gone - 1}-a.csv"]
    kept = [f".partial-{alive}-a.csv", f".partial-{gone}-b.csv", f".partial-{gone}-b-a.csv",
            f".{gone}-a.csv", f".partial-{gone - 2}-a.csv"]  # fmt: skip
    for name in removed[1:] + kept:
        (tmp_path / name).touch()
        os.utime(tmp_path / name, old)
    os.utime(tmp_path / kept[-1])  # its process may run on another machine
    (tmp_path / removed[0]).mkdir()
    (tmp_path / removed[0] / "file").touch()
    os.utime(tmp_path / removed[0], old)
    assert hidden_beside(tmp_path / "a.csv") == tmp_path / f".partial-{os.getpid()}-a.csv"
    assert {path.name for path in tmp_path.iterdir()} == {*kept}

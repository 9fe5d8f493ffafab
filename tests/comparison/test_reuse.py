"""A finished run is taken again only if it is whole, and made of what it would be made of now."""

import json

import pandas as pd
import pytest
from mmengine.config import Config

from mmpartial.comparison.code import file_hash
from tests.comparison.pretended import ONE, benchmark, calls, import_and_pretend, outrun, small_base
from tests.runs import CONFIGS

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("no_plots")]


@pytest.mark.parametrize(
    "options, named",
    [
        ({"train_cfg.max_epochs": 5}, "config key param_scheduler, config key train_cfg"),
        ({"test_evaluator.thr": 0.4}, "config key test_evaluator"),
        ({"test_dataloader.dataset.indices": 9}, "test data ClutteredDigits"),
    ],
)
def test_runs_of_another_config_are_not_mixed(tmp_path, options, named):
    benchmark(tmp_path, **ONE).run(at_once=2)
    base = small_base(**options)
    with pytest.raises(ValueError, match=f"this has changed since: .*{named}.*choose another"):
        benchmark(tmp_path, base=base, **ONE).run(at_once=2)
    assert len(calls(tmp_path)) == 1


def test_runs_of_other_code_are_not_mixed(tmp_path, monkeypatch):
    """A finished run of a method is refused when its own module changes; the others' are taken."""
    module = tmp_path / "own_loss.py"
    module.write_text("FACTOR = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    piece = Config.fromfile(str(CONFIGS / "_base_" / "methods" / "role.py"))
    piece.custom_imports = dict(imports="own_loss")
    options = dict(ONE, methods=["role", "own"], pieces=dict(own=piece), train=import_and_pretend)
    benchmark(tmp_path / "runs", **options).run(at_once=2)
    benchmark(tmp_path / "runs", **options).run(at_once=2)
    module.write_text("FACTOR = 2\n")
    file_hash.cache_clear()
    benchmark(tmp_path / "runs", **options | dict(methods=["role"])).run(at_once=2)
    message = "own.SPL.*changed since: code of own_loss. Undo the change, choose another"
    with pytest.raises(ValueError, match=message):
        benchmark(tmp_path / "runs", **options).run(at_once=2)
    assert set(calls(tmp_path / "runs").values()) == {1}


def test_a_result_that_does_not_say_of_what_is_kept(tmp_path):
    benchmark(tmp_path, **ONE).run(at_once=2)
    path = next(tmp_path.rglob("result.json"))
    old = json.loads(path.read_text())
    del old["made_of"]
    path.write_text(json.dumps(dict(old, digest="0123")))
    with pytest.raises(ValueError, match="does not name its code and data: choose another"):
        benchmark(tmp_path, **ONE).run(at_once=2)
    assert json.loads(path.read_text())["digest"] == "0123"


def test_a_run_that_another_comparison_made_meanwhile_of_other_code(tmp_path):
    """It is neither taken for this one's nor replaced."""
    with pytest.raises(ValueError, match="this has changed since: config key "):
        benchmark(tmp_path, train=outrun, **ONE).run(at_once=1)
    assert json.loads(next(tmp_path.rglob("result.json")).read_text())["made_of"] == {}


@pytest.mark.parametrize("name", ["result.json", "classes.csv"])
def test_a_run_whose_files_are_damaged_is_made_anew(tmp_path, capfd, name):
    first = benchmark(tmp_path, **ONE).run(at_once=2)
    path = tmp_path / "role" / "SPL" / "lr0.003" / "seed0" / name
    for times, content in enumerate(["", "[]", '{"status": "done"}', None], start=2):
        path.unlink()
        if content is None:
            path.mkdir()
        else:
            path.write_text(content)
        again = benchmark(tmp_path, **ONE).run(at_once=2)
        pd.testing.assert_frame_equal(again.drop(columns="seconds"), first.drop(columns="seconds"))
        assert calls(tmp_path)["role/SPL/lr0.003/seed0"] == times
        assert f"starts anew: {path} is damaged" in capfd.readouterr().out
    assert {run for run, n in calls(tmp_path).items() if n > 1} == {"role/SPL/lr0.003/seed0"}


def test_what_is_in_the_place_of_its_files(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ValueError, match="file is a file: choose another --work-dir"):
        benchmark(tmp_path / "file").run(at_once=2)
    benchmark(tmp_path / "runs", **ONE).run(at_once=2)
    (tmp_path / "runs" / "runs.csv").write_bytes(b"\xff\x00cut off")
    benchmark(tmp_path / "runs", **ONE).run(at_once=2)
    assert len(pd.read_csv(tmp_path / "runs" / "runs.csv")) == 1
